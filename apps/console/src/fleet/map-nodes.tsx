import type { Node as FlowNode, NodeProps } from '@xyflow/react';
import { Handle, Position } from '@xyflow/react';
import { memo } from 'react';
import { Link } from 'wouter';
import { toneOf } from '../show/phase.tsx';
import { Overview, type OverviewNode } from './overview.tsx';
import type { Tile } from './tiles.ts';

export type HostNode = FlowNode<{ tile: Tile }, 'host'>;
export type ZoneNode = FlowNode<{ zone: string }, 'zone'>;
export type ServiceNode = FlowNode<{ name: string; phase: string }, 'service'>;
export type MapNode = HostNode | ZoneNode | ServiceNode | OverviewNode;

const podsOf = ({ podCount }: Tile) => (podCount === 1 ? '1 pod' : `${podCount} pods`);

const HostView = memo(({ data: { tile } }: NodeProps<HostNode>) => (
  <Link
    href={`/nodes/${tile.id}`}
    className="tile"
    draggable={false}
    data-tone={toneOf(tile.service ?? tile.phase)}
    data-chosen={tile.chosen > 0 || undefined}
  >
    <strong>{tile.name}</strong>
    <span className="phase" data-tone={toneOf(tile.phase)}>
      {tile.phase}
      {tile.behind > 0 ? `, ${tile.behind} behind` : ''}
    </span>
    <span className="tile-pods">
      {podsOf(tile)} {tile.pods}
    </span>
    <Handle type="target" position={Position.Top} isConnectable={false} />
  </Link>
));

const ZoneView = memo(({ data }: NodeProps<ZoneNode>) => <span className="zone">{data.zone}</span>);

const ServiceView = memo(({ data }: NodeProps<ServiceNode>) => (
  <span className="tile" data-tone={toneOf(data.phase)}>
    <strong>{data.name}</strong>
    <span className="phase" data-tone={toneOf(data.phase)}>
      {data.phase}
    </span>
    <Handle type="source" position={Position.Bottom} isConnectable={false} />
  </span>
));

/** How each kind of thing on the map is drawn. */
export const MAP_NODES = { host: HostView, zone: ZoneView, service: ServiceView, overview: Overview };
