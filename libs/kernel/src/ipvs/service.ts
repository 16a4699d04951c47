/** IPVS as data, in the words of ipvsadm(8). */

/** What a virtual service is found by: an address and port, or the whole firewall mark of a packet. */
export type IpvsFrontend =
  | { readonly protocol: 'tcp' | 'udp' | 'sctp'; readonly address: string; readonly port: number }
  | { readonly fwmark: number };

/** A real server behind a virtual service. */
export interface IpvsDestination {
  readonly ip: string;
  readonly port: number;
  /** Its share of new connections; 0: none, those it has go on. */
  readonly weight: number;
  /** How packets get there; we make only `masq` (address translation), the others may be somebody else's change. */
  readonly forwarding: 'masq' | 'gate' | 'ipip';
  /** Connections that it still has, active and inactive ones; known only of destinations of weight 0 on a host that was looked at. */
  readonly connections?: number;
}

/** How clients stay with a destination. */
export interface IpvsPersistence {
  /** How long after its last connection a client is remembered, in seconds. */
  readonly timeoutSeconds: number;
  /** Clients that are the same under this mask are one. */
  readonly netmask: string;
}

/** A virtual service. Its flags and destinations are in the order of their text. */
export interface IpvsService {
  readonly frontend: IpvsFrontend;
  readonly scheduler: string;
  /** Flags of the scheduler, such as `sh-fallback`. */
  readonly flags: readonly string[];
  readonly persistence: IpvsPersistence | null;
  readonly destinations: readonly IpvsDestination[];
}

/** The netmask that makes every client address a client of its own. */
export const EVERY_CLIENT = '255.255.255.255';

type DestinationOp = 'destination-add' | 'destination-edit' | 'destination-delete';

/** One line for `ipvsadm -R`. Services are added and edited without their destinations; with a service go those that it has. */
export type IpvsOp =
  | { readonly op: 'service-add' | 'service-edit'; readonly service: IpvsService }
  | { readonly op: 'service-delete'; readonly frontend: IpvsFrontend }
  | { readonly op: DestinationOp; readonly frontend: IpvsFrontend; readonly destination: IpvsDestination };

/** True for what carries datagrams: UDP, and marks that are odd, as short cuts of UDP ports have them. IPVS itself does not say what goes by a mark. */
export function carriesDatagrams(frontend: IpvsFrontend): boolean {
  return 'fwmark' in frontend ? frontend.fwmark % 2 === 1 : frontend.protocol === 'udp';
}

/** A virtual service's identity as text, such as `tcp 198.19.0.1:80` or `fwmark 4711`. */
export function frontendKey(frontend: IpvsFrontend): string {
  return 'fwmark' in frontend ? `fwmark ${frontend.fwmark}` : `${frontend.protocol} ${frontend.address}:${frontend.port}`;
}

/** A destination's identity within its service: `100.64.1.2:8080`. */
export function destinationKey({ ip, port }: Pick<IpvsDestination, 'ip' | 'port'>): string {
  return `${ip}:${port}`;
}
