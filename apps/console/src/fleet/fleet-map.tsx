import { Controls, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './fleet-map.css';
import { useEffect, useMemo, useRef } from 'react';
import type { Node, Pod, Service } from '../api.ts';
import { MAP_NODES } from './map-nodes.tsx';
import { HostCache, overviewOf, sceneOf } from './scene.ts';
import { tilesOf } from './tiles.ts';

interface FleetMapProps {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  /** The service whose way over the fleet is shown. */
  readonly service: Service | null;
}

const LABELS = {
  'controls.zoomIn.ariaLabel': 'Nearer',
  'controls.zoomOut.ariaLabel': 'Farther',
  'controls.fitView.ariaLabel': 'Everything',
};

/** Nothing is drawn larger than it is. */
const FIT = { maxZoom: 1 };

/** From here on out the words on a tile cannot be read. */
const FAR_ZOOM = 0.6;

/** So many tiles a browser paints with ease wherever one looks from. */
const FEW = 100;

function Drawing({ nodes, pods, service }: FleetMapProps) {
  const cache = useRef(new HostCache());
  const isFar = useStore(({ transform: [, , zoom] }) => zoom < FAR_ZOOM) && nodes.length > FEW;
  const tiles = useMemo(() => tilesOf(nodes, pods, service), [nodes, pods, service]);
  const scene = useMemo(
    () => (isFar ? overviewOf(nodes, tiles) : sceneOf(nodes, tiles, service, cache.current)),
    [isFar, nodes, tiles, service],
  );
  const { fitView } = useReactFlow();
  const chosen = service?.id;
  // The tile of the service stands above all others: whoever follows one sees where its lines begin.
  useEffect(() => {
    if (chosen !== undefined && !isFar) void fitView(FIT);
  }, [chosen, isFar, fitView]);
  return (
    <ReactFlow
      className="fleet-map"
      nodes={scene.nodes}
      edges={scene.edges}
      nodeTypes={MAP_NODES}
      ariaLabelConfig={LABELS}
      fitView
      fitViewOptions={FIT}
      minZoom={0.05}
      onlyRenderVisibleElements={nodes.length > FEW}
      nodesFocusable={false}
      edgesFocusable={false}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode={null}
    >
      <Controls showInteractive={false} />
    </ReactFlow>
  );
}

/**
 * The fleet to move about in: drag to pan, wheel or the buttons to zoom, Tab from node to node. From afar many nodes are one picture; from near
 * each is a link.
 */
export function FleetMap(props: FleetMapProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}
