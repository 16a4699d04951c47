import { EMPTY_CONFIG, type IptablesRuleset, type NftTable, type NodeConfig, ROUTE_PROTOCOL, type Route } from '@weft/kernel';
import { isOurLink, isOurNetns } from '@weft/model';

/** A route with the protocol that it was made with (`proto` of ip-route(8)). */
export type FakeRoute = Route & { readonly protocol: number };

/** Number of the protocol of routes that the kernel makes by itself (RTPROT_KERNEL of rtnetlink(7)). */
export const KERNEL_PROTOCOL = 2;

/** True for the kernel's own route to what is on a link of ours. */
const isConnected = ({ netns, protocol, device }: FakeRoute) =>
  protocol === KERNEL_PROTOCOL && netns === null && device !== null && isOurLink(device);

/** Everything on a fake host, ours and foreign. */
export interface FakeState extends Omit<NodeConfig, 'nft' | 'iptables' | 'routes'> {
  readonly routes: readonly FakeRoute[];
  /** By `family name`. */
  readonly nftTables: Readonly<Record<string, NftTable>>;
  readonly iptables: IptablesRuleset;
}

/** A host with nothing on it. */
export const BARE: FakeState = {
  netns: EMPTY_CONFIG.netns,
  sysctls: [],
  links: [],
  addresses: [],
  routes: [],
  neighbours: [],
  fdb: [],
  ipsets: [],
  ipvs: [],
  workloads: [],
  nftTables: {},
  iptables: { tables: [] },
};

/** What the kernel, or a tool, says when it refuses. */
export class FakeRefusal extends Error {
  override readonly name = 'FakeRefusal';
}

/** A fake host's state as a configuration, foreign things included: what happens to objects when others go is the same for both. */
export function asConfig(state: FakeState): NodeConfig {
  return { ...state, nft: null, iptables: null };
}

/** The state with the network of a configuration that was made from it. Routes keep their protocol. */
export function withNetwork(state: FakeState, config: NodeConfig): FakeState {
  const { netns, sysctls, links, addresses, neighbours, fdb, workloads } = config;
  const left = new Set<Route>(config.routes);
  return {
    ...state,
    netns,
    sysctls,
    links,
    addresses,
    neighbours,
    fdb,
    workloads,
    routes: state.routes.filter((route) => left.has(route)),
  };
}

/** The network of a state that is ours, as observing a real host tells it. */
export function oursOf(
  state: FakeState,
): Pick<NodeConfig, 'netns' | 'links' | 'addresses' | 'routes' | 'neighbours' | 'fdb' | 'workloads'> {
  const namespaces = new Set(state.netns.map(({ name }) => name).filter(isOurNetns));
  const ours = ({ netns, device }: { readonly netns: string | null; readonly device: string }) =>
    netns === null ? isOurLink(device) : namespaces.has(netns);
  return {
    netns: state.netns.filter(({ name }) => isOurNetns(name)),
    links: state.links.filter(({ netns, name }) => netns === null && isOurLink(name)),
    addresses: state.addresses.filter(ours),
    routes: state.routes
      .filter((route) => isConnected(route) || (route.protocol === ROUTE_PROTOCOL && (route.netns === null || namespaces.has(route.netns))))
      .map(({ protocol: _, ...route }) => ({
        ...route,
        device: route.netns !== null || (route.device !== null && isOurLink(route.device)) ? route.device : null,
      })),
    neighbours: state.neighbours.filter(ours),
    fdb: state.fdb.filter(({ device }) => isOurLink(device)),
    workloads: state.workloads.filter(({ netns }) => namespaces.has(netns)),
  };
}
