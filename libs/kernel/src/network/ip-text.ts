import type { IpOp } from '../step.ts';
import { batchText } from './batch-text.ts';
import { type Link, ROUTE_PROTOCOL, type Route, type VethLink } from './objects.ts';

const upDown = (up: boolean) => (up ? 'up' : 'down');

/** The last part of an `ip link add`, by kind. */
const LINK_TYPE = {
  bridge: () => 'type bridge',
  dummy: () => 'type dummy',
  vxlan: (l) => `type vxlan id ${l.vni} local ${l.local} dstport ${l.port} nolearning`,
  veth: ({ peer }) => `type veth peer name ${peer.name} netns ${peer.netns} mtu ${peer.mtu} address ${peer.mac}`,
} satisfies { [K in Link['kind']]: (link: Extract<Link, { kind: K }>) => string };

function linkType(link: Link): string {
  return (LINK_TYPE[link.kind] as (link: Link) => string)(link);
}

function master(link: Link): string {
  if (link.kind !== 'veth') return '';
  return link.master === null ? ' nomaster' : ` master ${link.master}`;
}

function linkSet(link: Link, setMac: boolean): string[] {
  const address = setMac ? ` address ${link.mac}` : '';
  const port = link.kind === 'veth' && link.master !== null;
  return [
    `link set ${link.name} mtu ${link.mtu}${address}${master(link)} ${upDown(link.up)}`,
    ...(port ? [`link set ${link.name} type bridge_slave hairpin ${link.hairpin ? 'on' : 'off'}`] : []),
  ];
}

// A bridge is made without its MTU: only setting another one afterwards keeps the kernel from following the ports' (br_mtu_auto_adjust).
function linkAdd(link: Link): string[] {
  const mtu = link.kind === 'bridge' ? '' : ` mtu ${link.mtu}`;
  return [`link add ${link.name}${mtu} address ${link.mac} ${linkType(link)}`, ...linkSet(link, false)];
}

function peerSet({ peer, up }: VethLink, setMac: boolean): string[] {
  const address = setMac ? ` address ${peer.mac}` : '';
  return [`link set lo ${upDown(up)}`, `link set ${peer.name} mtu ${peer.mtu}${address} ${upDown(up)}`];
}

function route(verb: 'replace' | 'del', r: Route): string {
  return [
    `route ${verb} ${r.type === undefined ? '' : `${r.type} `}${r.destination}`,
    r.via === null ? '' : ` via ${r.via}`,
    r.type === 'local' ? ' dev lo' : r.device === null ? '' : ` dev ${r.device}`,
    ` proto ${r.connected ? 'kernel' : ROUTE_PROTOCOL} scope ${r.scope}`,
    r.source === null ? '' : ` src ${r.source}`,
    r.onlink ? ' onlink' : '',
  ].join('');
}

function lines(op: IpOp): string[] {
  switch (op.op) {
    case 'link-add':
      return linkAdd(op.link);
    case 'link-set':
      return linkSet(op.link, op.setMac);
    case 'link-delete':
      return [`link delete ${op.link.name}`];
    case 'peer-set':
      return peerSet(op.link, op.setMac);
    case 'address-add':
      return [`address add ${op.address.cidr} dev ${op.address.device}`];
    case 'address-delete':
      return [`address delete ${op.address.cidr} dev ${op.address.device}`];
    case 'route-replace':
      return [route('replace', op.route)];
    case 'route-delete':
      return [route('del', op.route)];
    case 'neighbour-replace':
      return [`neighbour replace ${op.neighbour.ip} lladdr ${op.neighbour.mac} dev ${op.neighbour.device} nud permanent`];
    case 'neighbour-delete':
      return [`neighbour delete ${op.neighbour.ip} dev ${op.neighbour.device}`];
  }
}

/** What a person would type after `ip` for one operation, several commands joined by `; `. For reading only: nothing is checked. */
export function ipText(op: IpOp): string {
  return lines(op).join('; ');
}

/** The text that `ip -batch -` reads for these operations (ip(8)), one or two lines for each, newline at the end. Throws RangeError for a name or address that is none. */
export function renderIpBatch(ops: readonly IpOp[]): string {
  return batchText(ops.flatMap(lines));
}
