import { iptablesContribution, iptablesFrame, iptablesSurroundings, nftContribution, nftFrame, nftSurroundings } from '@weft/compiler';
import { NftConflict, type NftTable, type NodeConfig } from '@weft/kernel';
import type { Backend, DesiredNode, DesiredService, DesiredState } from '@weft/model';
import { changeIptables, changeServices, type Host, IptablesLedger, loadNft, NftLedger, type Programmed } from '@weft/reconcile';

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
  config(): Partial<Pick<NodeConfig, 'nft' | 'iptables'>>;
  /** Takes services in that the kernel has, or gets with the whole. Returns those that contradict others, with how; they are left out. */
  fill(services: Iterable<DesiredService>): ReadonlyMap<string, string>;
  /** Makes changes in the account and in a kernel that is as it says. */
  change(host: Host, changes: ServiceChanges): Promise<Programmed>;
  /** Null: the whole is made in one step. */
  readonly loading: Loading | null;
}

type OpenAccount = (desired: DesiredState, node: DesiredNode) => ServiceAccount;

/** What services add, by id. */
function contributed<C>(changes: ServiceChanges, contribute: (service: DesiredService) => C): ReadonlyMap<string, C | null> {
  return new Map(Array.from(changes, ([id, service]) => [id, service === null ? null : contribute(service)] as const));
}

const inNftables: OpenAccount = (desired, node) => {
  const surroundings = nftSurroundings(desired, node);
  const ledger = new NftLedger(nftFrame(desired, node));
  const contribute = (service: DesiredService) => nftContribution(service, surroundings);
  function* contributions(services: Iterable<DesiredService>) {
    for (const service of services) yield [service.id, contribute(service)] as const;
  }
  return {
    config: () => ({ nft: ledger.table() }),
    fill(services) {
      const refused = new Map<string, string>();
      for (const [id, contribution] of contributions(services))
        try {
          ledger.take(new Map([[id, contribution]]));
        } catch (error) {
          if (!(error instanceof NftConflict)) throw error;
          refused.set(id, error.message);
        }
      return refused;
    },
    change: (host, changes) => changeServices(host, ledger, contributed(changes, contribute)),
    loading: { frame: ledger.frame, load: (host, services) => loadNft(host, ledger, contributions(services)) },
  };
};

const inIptables: OpenAccount = (desired, node) => {
  const surroundings = iptablesSurroundings(desired, node);
  const ledger = new IptablesLedger(iptablesFrame(desired, node));
  const contribute = (service: DesiredService) => iptablesContribution(service, surroundings);
  return {
    config: () => ({ iptables: ledger.ruleset() }),
    fill(services) {
      ledger.take(new Map(Array.from(services, (service) => [service.id, contribute(service)] as const)));
      return new Map();
    },
    change: (host, changes) => changeIptables(host, ledger, contributed(changes, contribute)),
    loading: null,
  };
};

/** How each backend keeps its account; null: it is compiled whole. */
export const ACCOUNTS: Readonly<Record<Backend, OpenAccount | null>> = { nftables: inNftables, iptables: inIptables, ipvs: null };
