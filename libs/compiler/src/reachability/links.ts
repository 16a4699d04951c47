import type { NodeConfig, VethLink } from '@weft/kernel';
import { BRIDGE_NAME, contains, type KernelObject, networkOf, VXLAN_NAME, type WirePacket } from '@weft/model';
import type { KnownObjects } from '../packets/index.ts';

/** A pod as packets find it. */
export interface PodLinkEnd {
  readonly netns: string;
  readonly link: VethLink;
  readonly behind: readonly KernelObject[];
}

/** The other end of a tunnel. */
export interface TunnelEnd {
  readonly host: string;
  readonly behind: readonly KernelObject[];
}

const isVeth = (link: NodeConfig['links'][number]): link is VethLink => link.kind === 'veth';

/** What hangs on a node's links: pods, and tunnels to other nodes. */
export class Links {
  readonly #config: NodeConfig;
  readonly #objects: KnownObjects;

  constructor(config: NodeConfig, objects: KnownObjects) {
    this.#config = config;
    this.#objects = objects;
  }

  /** A pod's link, when it is there and up. */
  ofPod(netns: string): PodLinkEnd | null {
    const link = this.#config.links.filter(isVeth).find(({ peer, up }) => up && peer.netns === netns);
    return link === undefined ? null : { netns, link, behind: this.#objects.find('link', 'host', link.name) };
  }

  /** True for a link of the host that is there and up. */
  isUp(device: string): boolean {
    return this.#config.links.some(({ netns, name, up }) => netns === null && name === device && up);
  }

  /** The pod that has an address behind a link of the host: the bridge, of which its veth must be a port, or its veth itself. */
  podBehind(device: string, address: string): PodLinkEnd | null {
    const own = this.#config.addresses.find(({ netns, cidr }) => netns !== null && cidr.split('/')[0] === address);
    const end = own?.netns ? this.ofPod(own.netns) : null;
    if (end === null) return null;
    return (device === BRIDGE_NAME ? end.link.master === BRIDGE_NAME : end.link.name === device) ? end : null;
  }

  /** The address of the host's end of the link that its pods hang on; the one of the same network as an address beyond it. */
  addressOn(device: string, beyond: string): string | null {
    const own = this.#config.addresses.filter(({ netns, device: on }) => netns === null && on === device);
    const near = own.find(({ cidr }) => contains(networkOf(cidr), beyond)) ?? own[0];
    return near?.cidr.split('/')[0] ?? null;
  }

  /** Addresses of the host on links of ours, without prefix length. */
  hostAddresses(): string[] {
    return this.#config.addresses.filter(({ netns }) => netns === null).map(({ cidr }) => cidr.split('/')[0] ?? cidr);
  }

  /** The permanent neighbour entry of a pod's namespace. */
  neighbour(netns: string, ip: string): readonly KernelObject[] {
    return this.#objects.at('neighbour', `netns ${netns}`).filter(({ key }) => key.endsWith(` ${ip}`));
  }

  /** The VXLAN device, when it is there and up. */
  tunnel(): readonly KernelObject[] | null {
    const up = this.#config.links.some(({ name, up }) => name === VXLAN_NAME && up);
    return up ? this.#objects.find('link', 'host', VXLAN_NAME) : null;
  }

  /** The host that a frame for a tunnel's inner gateway is sent to, by its neighbour and forwarding entries; null when one is missing. */
  tunnelEnd(gateway: string): TunnelEnd | null {
    const neighbour = this.#config.neighbours.find(({ netns, device, ip }) => netns === null && device === VXLAN_NAME && ip === gateway);
    const entry = this.#config.fdb.find(({ device, mac }) => device === VXLAN_NAME && mac === neighbour?.mac);
    if (neighbour === undefined || entry === undefined) return null;
    const behind = [
      ...this.#objects.find('neighbour', 'host', `${VXLAN_NAME} ${gateway}`),
      ...this.#objects.find('fdb', 'host', `${VXLAN_NAME} ${entry.mac}`),
    ];
    return { host: entry.destination, behind };
  }

  /** Whether a pod's built-in server listens for a packet; null: the pod's own programs are not known. */
  listens(netns: string, { protocol, port }: WirePacket): boolean | null {
    const workload = this.#config.workloads.find((one) => one.netns === netns);
    if (workload === undefined) return null;
    const ports = { tcp: workload.tcpPorts, udp: workload.udpPorts, sctp: [] as readonly number[] };
    return ports[protocol].includes(port);
  }
}
