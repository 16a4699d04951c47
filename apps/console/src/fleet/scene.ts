import type { Edge } from '@xyflow/react';
import type { Node, Service } from '../api.ts';
import { fullName } from '../show/object-link.tsx';
import type { HostNode, MapNode, ServiceNode, ZoneNode } from './map-nodes.tsx';
import type { OverviewNode } from './overview.tsx';
import { type Placement, placementOf, TILE } from './placement.ts';
import type { Tile } from './tiles.ts';

/** What is drawn. */
export interface Scene {
  readonly nodes: MapNode[];
  readonly edges: Edge[];
}

const FIXED = { draggable: false, selectable: false, focusable: false } as const;

const zoneNode = ({ zone, at }: Placement['zones'][number]): ZoneNode => ({
  ...FIXED,
  id: `zone ${zone ?? ''}`,
  type: 'zone',
  position: at,
  width: TILE.width,
  height: 28,
  data: { zone: zone === null ? 'no zone' : `zone ${zone}` },
});

const serviceNode = (service: Service): ServiceNode => ({
  ...FIXED,
  id: service.id,
  type: 'service',
  position: { x: 0, y: -TILE.height - 60 },
  width: TILE.width,
  height: TILE.height - 20,
  data: { name: fullName(service), phase: service.status.phase },
});

const edgeTo = (service: Service, { id, chosen, service: state }: Tile): Edge => ({
  id: `${service.id} ${id}`,
  source: service.id,
  target: id,
  focusable: false,
  animated: state === 'waiting',
  label: chosen > 1 ? `${chosen} pods` : '',
});

/** Keeps what was drawn for a tile that is as it was, so that it is not drawn again. */
export class HostCache {
  private readonly drawn = new Map<string, { readonly key: string; readonly node: HostNode }>();

  nodeOf(tile: Tile, { x, y }: { readonly x: number; readonly y: number }): HostNode {
    const key = JSON.stringify([tile, x, y]);
    const known = this.drawn.get(tile.id);
    if (known?.key === key) return known.node;
    const node: HostNode = {
      ...FIXED,
      id: tile.id,
      type: 'host',
      position: { x, y },
      width: TILE.width,
      height: TILE.height,
      data: { tile },
    };
    this.drawn.set(tile.id, { key, node });
    return node;
  }
}

/** The fleet seen from afar: one picture of all nodes. */
export function overviewOf(nodes: readonly Node[], tiles: readonly Tile[]): Scene {
  const { nodes: places, zones, width, height } = placementOf(nodes);
  const overview: OverviewNode = {
    ...FIXED,
    id: 'overview',
    type: 'overview',
    position: { x: 0, y: 0 },
    width,
    height,
    data: { tiles, places, width, height },
  };
  return { nodes: [overview, ...zones.map(zoneNode)], edges: [] };
}

/** The fleet seen from near: nodes by zone, and lines from a chosen service to where its pods are. */
export function sceneOf(nodes: readonly Node[], tiles: readonly Tile[], service: Service | null, cache: HostCache): Scene {
  const placement = placementOf(nodes);
  const hosts = tiles.flatMap((tile) => {
    const at = placement.nodes.get(tile.id);
    return at === undefined ? [] : [cache.nodeOf(tile, at)];
  });
  return {
    nodes: [...placement.zones.map(zoneNode), ...hosts, ...(service === null ? [] : [serviceNode(service)])],
    edges: service === null ? [] : tiles.filter(({ chosen }) => chosen > 0).map((tile) => edgeTo(service, tile)),
  };
}
