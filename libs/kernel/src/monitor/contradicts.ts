import { isOurLink } from '@weft/model';
import type { Link, VethLink } from '../network/objects.ts';
import type { NodeConfig } from '../node-config.ts';
import type { NetworkNews } from './ip-monitor.ts';

type NewsOf<K extends NetworkNews['kind']> = Extract<NetworkNews, { kind: K }>;

/** A port of a bridge is told of by the bridge as well, without saying which one it is; then nothing is known of it. */
function linkDiffers(link: Link, { gone, up, mtu, mac, master }: NewsOf<'link'>): boolean {
  const left = link.kind === 'veth' && link.master !== null && master === null;
  return gone || up !== link.up || mtu !== link.mtu || (mac !== null && mac !== link.mac) || left;
}

const peerIn = (config: NodeConfig, netns: string) =>
  config.links.find((link): link is VethLink => link.kind === 'veth' && link.peer.netns === netns)?.peer;

function link(config: NodeConfig, news: NewsOf<'link'>): boolean {
  if (news.netns === null) {
    const own = config.links.find(({ name }) => name === news.name);
    return own === undefined ? isOurLink(news.name) && !news.gone : linkDiffers(own, news);
  }
  const peer = peerIn(config, news.netns);
  if (peer === undefined) return false;
  if (news.name === 'lo') return !news.up;
  return peer.name === news.name && (news.gone || !news.up || news.mtu !== peer.mtu || (news.mac !== null && news.mac !== peer.mac));
}

function address(config: NodeConfig, { netns, gone, device, cidr }: NewsOf<'address'>): boolean {
  if (netns === null && !isOurLink(device)) return false;
  if (netns !== null && peerIn(config, netns) === undefined) return false;
  const known = config.addresses.some((one) => one.netns === netns && one.cidr === cidr && (netns !== null || one.device === device));
  return known === gone;
}

/** A route of another protocol may have taken the place of ours. */
function route(config: NodeConfig, { netns, gone, destination, via, device, ours, connected, local }: NewsOf<'route'>): boolean {
  const known = config.routes.find((one) => one.netns === netns && one.destination === destination && (one.type === 'local') === local);
  if (known === undefined) return ours && !gone && (netns === null || peerIn(config, netns) !== undefined);
  const alike = known.connected ? connected : ours;
  if (gone) return alike;
  const elsewhere = netns === null && known.device !== null && known.device !== device;
  return !alike || known.via !== via || elsewhere;
}

function neighbour(config: NodeConfig, { netns, gone, device, ip, mac, permanent }: NewsOf<'neighbour'>): boolean {
  const forwarding = netns === null && mac !== null ? config.fdb.find((one) => one.device === device && one.mac === mac) : undefined;
  if (forwarding !== undefined) return gone || (ip !== null && ip !== forwarding.destination);
  const known = config.neighbours.find((one) => one.netns === netns && one.ip === ip && (netns !== null || one.device === device));
  if (known !== undefined) return gone || !permanent || mac !== known.mac;
  return ip !== null && permanent && !gone && (netns === null ? isOurLink(device) : peerIn(config, netns) !== undefined);
}

function setting(config: NodeConfig, { netns, device, name, value }: NewsOf<'setting'>): boolean {
  if (netns !== null) return false;
  const keys = [`net/ipv4/conf/${device}/${name}`, ...(device === 'all' && name === 'forwarding' ? ['net/ipv4/ip_forward'] : [])];
  return config.sysctls.some((one) => one.netns === null && keys.includes(one.key) && one.value !== value);
}

/**
 * True when what is told of the network cannot be while everything is as the configuration says: somebody else changed something, or it is about to become so. What
 * we do ourselves, and what others do to what is theirs, does not contradict.
 */
export function contradicts(config: NodeConfig, news: NetworkNews): boolean {
  switch (news.kind) {
    case 'link':
      return link(config, news);
    case 'address':
      return address(config, news);
    case 'route':
      return route(config, news);
    case 'neighbour':
      return neighbour(config, news);
    case 'setting':
      return setting(config, news);
  }
}

/** What makes two pieces of news be about the same thing: only the last of them counts. */
export function subjectOf(news: NetworkNews): string {
  const place = news.netns ?? '';
  switch (news.kind) {
    case 'link':
      return `link ${place} ${news.name}`;
    case 'address':
      return `address ${place} ${news.device} ${news.cidr}`;
    case 'route':
      return `route ${place} ${news.destination} ${news.local}`;
    case 'neighbour':
      return `neighbour ${place} ${news.device} ${news.ip ?? news.mac ?? ''}`;
    case 'setting':
      return `setting ${place} ${news.device} ${news.name}`;
  }
}
