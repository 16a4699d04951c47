import { Background, Controls, MiniMap, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './fleet-map.css';
import { useMemo, useRef } from 'react';
import type { Node, Pod, Service } from '../api.ts';
import { MAP_NODES } from './map-nodes.tsx';
import { HostCache, sceneOf } from './scene.ts';
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

/** The fleet to move about in: drag to pan, wheel or the buttons to zoom, Tab from node to node. */
export function FleetMap({ nodes, pods, service }: FleetMapProps) {
  const cache = useRef(new HostCache());
  const tiles = useMemo(() => tilesOf(nodes, pods, service), [nodes, pods, service]);
  const scene = useMemo(() => sceneOf(nodes, tiles, service, cache.current), [nodes, tiles, service]);
  return (
    <ReactFlow
      className="fleet-map"
      nodes={scene.nodes}
      edges={scene.edges}
      nodeTypes={MAP_NODES}
      ariaLabelConfig={LABELS}
      fitView
      minZoom={0.05}
      nodesFocusable={false}
      edgesFocusable={false}
      nodesDraggable={false}
      nodesConnectable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode={null}
      proOptions={{ hideAttribution: false }}
    >
      <Background gap={40} />
      <Controls showInteractive={false} />
      {nodes.length > 40 ? <MiniMap pannable zoomable ariaLabel="Whole fleet" /> : null}
    </ReactFlow>
  );
}
