import type { Ipset, IpsetType } from '@weft/kernel';
import { contains, type DesiredNode } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import { outermost } from '../cidrs.ts';
import { elementOf, type Frontend } from './frontends.ts';
import { SET } from './names.ts';
import { addressesOf } from './node-addresses.ts';
import type { ShortCuts } from './short-cuts.ts';

function set(name: string, type: IpsetType, elements: Iterable<string>, skbinfo = false): Ipset {
  return { name, type, skbinfo, elements: [...new Set(elements)].sort() };
}

/** Where an address and port belongs when somebody is behind it. */
function served({ way, of }: Frontend): string {
  if (way === 'internal') return SET.internal;
  return of.keepsSource ? SET.externalLocal : SET.external;
}

const VERDICT = { reject: SET.refused, drop: SET.dropped } as const;

/** The one of the sets by verdict that an address and port is in. */
function belongs(frontend: Frontend): string {
  const { verdict } = frontend.to;
  return verdict === 'balance' ? served(frontend) : VERDICT[verdict];
}

/** Those who may use a guarded address; the node sends to an address that it bears itself from that very address. */
function allowed(frontend: Frontend, nodeAddresses: readonly string[]): string[] {
  const { sourceRanges, address } = frontend;
  const itself = sourceRanges.some((range) => nodeAddresses.some((own) => contains(range, own))) ? [address] : [];
  const ranges = outermost(sourceRanges).map((range) => range.replace(/\/32$/, ''));
  return [...ranges, ...itself].map((from) => `${elementOf(frontend)},${from}`);
}

const hex = (mark: number) => `0x${mark.toString(16)}`;

/** What rules ask about services: where an address and port leads, who may use it, who meets himself. */
export function sets(
  node: DesiredNode,
  frontends: readonly Frontend[],
  ports: readonly ServicePort[],
  ownPods: ReadonlySet<string>,
  { marks }: ShortCuts,
): Ipset[] {
  const nodeAddresses = addressesOf(node);
  const byVerdict = new Map<string, string[]>(
    [SET.internal, SET.external, SET.externalLocal, SET.refused, SET.dropped].map((name) => [name, []]),
  );
  for (const frontend of frontends) byVerdict.get(belongs(frontend))?.push(elementOf(frontend));
  const guarded = frontends.filter(({ sourceRanges }) => sourceRanges.length > 0);
  const shortened = frontends.flatMap((frontend) => {
    const mark = frontend.way === 'external' ? marks.get(frontend.of) : undefined;
    return mark === undefined ? [] : [`${elementOf(frontend)} skbmark ${hex(mark)}`];
  });
  const addresses = frontends.map(({ address }) => address).filter((address) => !nodeAddresses.includes(address));
  const meeting = ports.flatMap(({ protocol, internal, external, shortcut }) =>
    [internal, external, shortcut].flatMap(({ endpoints }) =>
      endpoints.filter(({ ip }) => ownPods.has(ip)).map(({ ip, port }) => `${ip},${protocol}:${port},${ip}`),
    ),
  );
  return [
    ...Array.from(byVerdict, ([name, elements]) => set(name, 'hash:ip,port', elements)),
    set(SET.serviceIPs, 'hash:ip', addresses),
    set(SET.shortCut, 'hash:ip,port', shortened, true),
    set(SET.guarded, 'hash:ip,port', guarded.map(elementOf)),
    set(
      SET.sources,
      'hash:ip,port,net',
      guarded.flatMap((frontend) => allowed(frontend, nodeAddresses)),
    ),
    set(SET.hairpin, 'hash:ip,port,ip', meeting),
  ];
}
