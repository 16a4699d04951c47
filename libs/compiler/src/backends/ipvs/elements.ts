import type { IpsetElement } from '@weft/kernel';
import { contains } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import { outermost } from '../cidrs.ts';
import { elementOf, type Frontend } from './frontends.ts';
import { SET } from './names.ts';
import type { IpvsSurroundings } from './surroundings.ts';

const VERDICT = { reject: SET.refused, drop: SET.dropped } as const;

/** The one of the sets by verdict that an address and port is in. */
function belongs({ to: { verdict }, way, of }: Frontend): string {
  if (verdict !== 'balance') return VERDICT[verdict];
  if (way === 'internal') return SET.internal;
  return of.keepsSource ? SET.externalLocal : SET.external;
}

/** Those who may use a guarded address; the node sends to an address that it bears itself from that very address. */
function allowed({ sourceRanges, address }: Frontend, { nodeAddresses }: IpvsSurroundings): string[] {
  const itself = sourceRanges.some((range) => nodeAddresses.some((own) => contains(range, own))) ? [address] : [];
  return [...outermost(sourceRanges).map((range) => range.replace(/\/32$/, '')), ...itself];
}

const hex = (mark: number) => `0x${mark.toString(16)}`;

/** What rules are told about an address and port: where it leads, and who may use it. */
export function frontendElements(frontend: Frontend, mark: number | null, surroundings: IpvsSurroundings): IpsetElement[] {
  const element = elementOf(frontend);
  const guarded = frontend.sourceRanges.length > 0;
  return [
    { into: belongs(frontend), element },
    ...(surroundings.nodeAddresses.includes(frontend.address) ? [] : [{ into: SET.serviceIPs, element: frontend.address }]),
    ...(mark === null || frontend.way === 'internal' ? [] : [{ into: SET.shortCut, element: `${element} skbmark ${hex(mark)}` }]),
    ...(guarded ? [{ into: SET.guarded, element }] : []),
    ...(guarded ? allowed(frontend, surroundings).map((from) => ({ into: SET.sources, element: `${element},${from}` })) : []),
  ];
}

/** Pods of this node that can meet themselves behind a port; endpoints made by hand may be pods without saying so. */
export function hairpins({ protocol, internal, external, shortcut }: ServicePort, { place, podBlocks }: IpvsSurroundings): IpsetElement[] {
  const behind = [...internal.endpoints, ...external.endpoints, ...shortcut.endpoints];
  return behind
    .filter(({ ip, node }) => (node === null ? podBlocks.some((block) => contains(block, ip)) : node === place.node))
    .map(({ ip, port }) => ({ into: SET.hairpin, element: `${ip},${protocol}:${port},${ip}` }));
}
