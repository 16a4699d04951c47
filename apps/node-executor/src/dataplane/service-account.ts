import {
  type BackendConfig,
  iptablesContribution,
  iptablesFrame,
  iptablesSurroundings,
  ipvsContribution,
  ipvsFrame,
  ipvsSurroundings,
  KnownBuckets,
  nftContribution,
  nftFrame,
  nftSurroundings,
} from '@weft/compiler';
import { EMPTY_CONFIG, type InventorySum, iptablesRuleset, NftConflict, type NftTable, type NodeConfig, objectsIn } from '@weft/kernel';
import type { Backend, DesiredNode, DesiredService, DesiredState } from '@weft/model';
import {
  changeIptables,
  changeIpvs,
  changeServices,
  FrontendConflict,
  type Host,
  IptablesLedger,
  IpvsLedger,
  loadNft,
  NftLedger,
  type Programmed,
} from '@weft/reconcile';
import { RunningSum } from '../rules-hash/running-sum.ts';

/** Services as they are from now on, by id; null: gone. */
export type ServiceChanges = ReadonlyMap<string, DesiredService | null>;

/** How a table is made where there is none. */
export interface Loading {
  /** The table as it is without services. */
  readonly frame: NftTable;
  /** Makes the table and programs these services into it, none of which is in the account yet. */
  load(host: Host, services: Iterable<DesiredService>): Promise<Programmed>;
}

/** The account of a node's services: what each adds to the kernel. A change of some costs what these add, not what there is. */
export interface ServiceAccount {
  /** The part of the configuration that it stands for, with every service in it. */
  config(): BackendConfig;
  /** The addresses in it: a backend whose services have none on a link has nothing here. */
  borne(): Pick<BackendConfig, 'addresses'>;
  /** The sum of the same, without what goes on of what nobody wants any more. */
  sum(): InventorySum;
  /** Takes a little of the sum, for when it is asked for. True: all of it is taken. */
  sumUp(): boolean;
  /**
   * Takes services in that the kernel has, or gets with the whole, and what goes on of those that were observed there. Returns those that contradict others, with
   * how; they are left out.
   */
  fill(services: Iterable<DesiredService>, observed: Pick<NodeConfig, 'ipvs'>): ReadonlyMap<string, string>;
  /** Makes changes in the account and in a kernel that is as it says. */
  change(host: Host, changes: ServiceChanges): Promise<Programmed>;
  /** Null: the whole is made in one step. */
  readonly loading: Loading | null;
  /** Takes in that the state has other pods or other nodes beside this one, and is else the same. */
  reframe(desired: DesiredState): Reframed;
}

/** What an account stands for without services, in one state and in the next: of either all or nothing of what both have alike. */
export interface Reframed {
  readonly had: BackendConfig;
  readonly has: BackendConfig;
}

type OpenAccount = (desired: DesiredState, node: DesiredNode) => ServiceAccount;

/** What services add, by id. */
function contributed<C>(changes: ServiceChanges, contribute: (service: DesiredService) => C): ReadonlyMap<string, C | null> {
  return new Map(Array.from(changes, ([id, service]) => [id, service === null ? null : contribute(service)] as const));
}

/** A part of a configuration as a list of what is in it. */
const listed = (part: BackendConfig) => objectsIn({ ...EMPTY_CONFIG, ...part });

/** Takes services in one by one. Returns those that contradict others, with how. */
function taken(
  services: Iterable<DesiredService>,
  Conflict: typeof NftConflict | typeof FrontendConflict,
  take: (service: DesiredService) => void,
): Map<string, string> {
  const refused = new Map<string, string>();
  for (const service of services)
    try {
      take(service);
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      refused.set(service.id, error.message);
    }
  return refused;
}

const inNftables: OpenAccount = (desired, node) => {
  let surroundings = nftSurroundings(desired, node);
  const contribute = (service: DesiredService) => nftContribution(service, surroundings);
  const sum: RunningSum = new RunningSum(() => listed({ nft: ledger.table() }));
  const ledger = new NftLedger(nftFrame(desired, node), (move) => sum.follow(move));
  function* contributions(services: Iterable<DesiredService>) {
    for (const service of services) yield [service.id, contribute(service)] as const;
  }
  return {
    config: () => ({ nft: ledger.table() }),
    borne: () => ({}),
    sum: () => sum.value,
    sumUp: () => sum.catchUp(),
    fill(services) {
      sum.forget();
      return taken(services, NftConflict, (service) => ledger.take(new Map([[service.id, contribute(service)]])));
    },
    change: (host, changes) => changeServices(host, ledger, contributed(changes, contribute)),
    loading: {
      frame: ledger.frame,
      load(host, services) {
        sum.begin();
        return loadNft(host, ledger, contributions(services));
      },
    },
    reframe(next) {
      surroundings = nftSurroundings(next, node);
      const had = ledger.frame;
      const has = nftFrame(next, node);
      ledger.reframe(has);
      sum.follow({ before: () => listed({ nft: had }), after: () => listed({ nft: has }) });
      return { had: { nft: had }, has: { nft: has } };
    },
  };
};

const inIptables: OpenAccount = (desired, node) => {
  let surroundings = iptablesSurroundings(desired, node);
  const contributing = () => {
    const known = new KnownBuckets();
    return (service: DesiredService) => iptablesContribution(service, surroundings, known);
  };
  const sum: RunningSum = new RunningSum(() => listed({ iptables: ledger.ruleset() }));
  const ledger = new IptablesLedger(iptablesFrame(desired, node), (move) => sum.follow(move));
  return {
    config: () => ({ iptables: ledger.ruleset() }),
    borne: () => ({}),
    sum: () => sum.value,
    sumUp: () => sum.catchUp(),
    fill(services) {
      sum.forget();
      const contribute = contributing();
      ledger.take(new Map(Array.from(services, (service) => [service.id, contribute(service)] as const)));
      return new Map();
    },
    change: (host, changes) => changeIptables(host, ledger, contributed(changes, contributing())),
    loading: null,
    reframe(next) {
      const bare = () => ({ iptables: iptablesRuleset(ledger.frame, []) });
      surroundings = iptablesSurroundings(next, node);
      const had = bare();
      ledger.reframe(iptablesFrame(next, node));
      const has = bare();
      sum.follow({ before: () => listed(had), after: () => listed(has) });
      return { had, has };
    },
  };
};

const inIpvs: OpenAccount = (desired, node) => {
  let surroundings = ipvsSurroundings(desired, node);
  const { ipsets, iptables } = ipvsFrame(desired);
  const contribute = (service: DesiredService) => ipvsContribution(service, surroundings);
  // No pod is in it.
  const frame: BackendConfig = { iptables, ipvs: [], ipsets: [], addresses: [] };
  const sum: RunningSum = new RunningSum(() => listed({ iptables, ...ledger.wanted() }));
  const ledger = new IpvsLedger(ipsets, (move) => sum.follow(move));
  return {
    config: () => ({ iptables, ...ledger.part() }),
    borne: () => ({ addresses: ledger.addresses }),
    sum: () => sum.value,
    sumUp: () => sum.catchUp(),
    fill(services, { ipvs }) {
      sum.forget();
      const refused = taken(services, FrontendConflict, (service) => ledger.take(new Map([[service.id, contribute(service)]])));
      ledger.drain(ipvs);
      return refused;
    },
    change: (host, changes) => changeIpvs(host, ledger, contributed(changes, contribute)),
    loading: null,
    reframe(next) {
      surroundings = ipvsSurroundings(next, node);
      return { had: frame, has: frame };
    },
  };
};

/** How each backend keeps its account. */
export const ACCOUNTS: Readonly<Record<Backend, OpenAccount>> = { nftables: inNftables, iptables: inIptables, ipvs: inIpvs };
