import {
  byKey,
  EMPTY_CONFIG,
  frontendKey,
  type Ipset,
  type IpvsContribution,
  type IpvsService,
  ipvsContributed,
  keyOf,
  type LinkAddress,
  type NodeConfig,
  type Step,
} from '@weft/kernel';
import { diff } from '../diff.ts';
import type { OnLedgerMove } from '../ledger-move.ts';
import { Tally } from '../tally.ts';
import { withDraining } from './draining.ts';

/** What a service adds from now on, by the service's id; null: nothing any more. */
export type IpvsLedgerChanges = ReadonlyMap<string, IpvsContribution | null>;

/** What services come to: virtual services, sets, and all addresses of the link that bears those of services. */
export type IpvsPart = Pick<NodeConfig, 'ipvs' | 'ipsets' | 'addresses'>;

/** Two services claim one address and port. */
export class FrontendConflict extends Error {
  override readonly name = 'FrontendConflict';
}

/** A virtual service and whose it is. */
interface Claim {
  readonly id: string;
  /** As it is to be. */
  readonly wanted: IpvsService;
  /** As the kernel has it, with destinations that go. */
  readonly service: IpvsService;
}

/** What a contribution names in the kernel. */
interface Touched {
  readonly frontends: Set<string>;
  readonly addresses: Map<string, LinkAddress>;
  /** Elements by set. */
  readonly elements: Map<string, Set<string>>;
}

/** What is the same by name is the same. */
const alike = () => true;

/**
 * The account of what services add on a node whose backend is ipvs. It says which steps a change of some services takes, at a cost that depends on these
 * services only, and knows the whole. A destination that goes stays in it with weight 0, as it does in the kernel, until somebody looked and it had no connections.
 */
export class IpvsLedger {
  readonly #frame: readonly Ipset[];
  readonly #onMove: OnLedgerMove;
  readonly #contributions = new Map<string, IpvsContribution>();
  readonly #claims = new Map<string, Claim>();
  readonly #addresses = new Tally<LinkAddress>(alike);
  readonly #elements: ReadonlyMap<string, Tally<string>>;

  /** An account without services; the sets are empty. */
  constructor(frame: readonly Ipset[], onMove: OnLedgerMove = () => undefined) {
    this.#frame = frame;
    this.#onMove = onMove;
    this.#elements = new Map(frame.map(({ name }) => [name, new Tally<string>(alike)]));
  }

  /** What each service adds now, by its id. */
  get contributions(): ReadonlyMap<string, IpvsContribution> {
    return this.#contributions;
  }

  /**
   * Takes changes in and returns what makes them in the kernel; nothing when nothing changes. Throws FrontendConflict and is as it was when a service claims what
   * another one has: both in the sets that decide about one address and port would make neither's rules true.
   */
  change(changes: IpvsLedgerChanges): Step[] {
    const touched = this.#touched(changes);
    const had = this.#named(touched);
    this.#move(changes, touched);
    const is = withDraining(this.#named(touched), had);
    this.#remember(is.ipvs);
    return diff(is, had);
  }

  /** Takes changes back that the kernel has not made, or not all of them. */
  takeBack(before: IpvsLedgerChanges): void {
    this.#move(before, this.#touched(before));
  }

  /** Takes changes in that the kernel gets with the whole. Throws FrontendConflict and is as it was. */
  take(changes: IpvsLedgerChanges): void {
    this.#refuseConflicts(changes);
    for (const id of changes.keys()) this.#withdraw(id);
    for (const [id, contribution] of changes) if (contribution !== null) this.#give(id, contribution);
  }

  /** Takes note of what goes on at virtual services that were seen on the host: destinations that nobody wants but their connections. */
  drain(observed: readonly IpvsService[]): void {
    this.#remember(withDraining({ ...EMPTY_CONFIG, ...this.part() }, { ...EMPTY_CONFIG, ipvs: observed }).ipvs);
  }

  /** The addresses that services have. */
  get addresses(): readonly LinkAddress[] {
    return byKey(keyOf.addresses, [...this.#addresses.things.values()]);
  }

  /** All that services come to. */
  part(): IpvsPart {
    return {
      ipvs: byKey(
        keyOf.ipvs,
        Array.from(this.#claims.values(), ({ service }) => service),
      ),
      ipsets: this.#frame.map((set) => ({ ...set, elements: [...(this.#elements.get(set.name)?.things.keys() ?? [])].sort() })),
      addresses: this.addresses,
    };
  }

  /** The same without destinations that go: what the state says alone. */
  wanted(): IpvsPart {
    return {
      ...this.part(),
      ipvs: byKey(
        keyOf.ipvs,
        Array.from(this.#claims.values(), ({ wanted }) => wanted),
      ),
    };
  }

  #move(changes: IpvsLedgerChanges, touched: Touched): void {
    const before = this.#wanted(touched);
    this.take(changes);
    const after = this.#wanted(touched);
    this.#onMove({ before: () => ipvsContributed(before), after: () => ipvsContributed(after) });
  }

  /** What there is to be of what is named. */
  #wanted(touched: Touched): IpvsContribution {
    const { ipvs, ipsets, addresses } = this.#named(touched);
    return {
      services: ipvs.flatMap(({ frontend }) => this.#claims.get(frontendKey(frontend))?.wanted ?? []),
      addresses,
      elements: ipsets.flatMap(({ name, elements }) => elements.map((element) => ({ into: name, element }))),
    };
  }

  #refuseConflicts(changes: IpvsLedgerChanges): void {
    const claimed = new Map<string, string>();
    for (const [id, contribution] of changes)
      for (const { frontend } of contribution?.services ?? []) {
        const key = frontendKey(frontend);
        const holder = this.#claims.get(key)?.id;
        const other = claimed.get(key) ?? (holder === undefined || changes.has(holder) ? id : holder);
        if (other !== id) throw new FrontendConflict(`two services claim "${key}"`);
        claimed.set(key, id);
      }
  }

  #give(id: string, { services, addresses, elements }: IpvsContribution): void {
    this.#contributions.set(id, { services, addresses, elements });
    for (const service of services) {
      const key = frontendKey(service.frontend);
      // Two ways of one service to the same address and port: the first has it.
      if (!this.#claims.has(key)) this.#claims.set(key, { id, wanted: service, service });
    }
    for (const address of addresses) this.#addresses.add(keyOf.addresses(address), address);
    for (const { into, element } of elements) this.#elements.get(into)?.add(element, element);
  }

  #withdraw(id: string): void {
    const contribution = this.#contributions.get(id);
    if (contribution === undefined) return;
    this.#contributions.delete(id);
    for (const { frontend } of contribution.services) this.#claims.delete(frontendKey(frontend));
    for (const address of contribution.addresses) this.#addresses.remove(keyOf.addresses(address));
    for (const { into, element } of contribution.elements) this.#elements.get(into)?.remove(element);
  }

  /** Keeps virtual services as the kernel has them. */
  #remember(services: readonly IpvsService[]): void {
    for (const service of services) {
      const key = frontendKey(service.frontend);
      const claim = this.#claims.get(key);
      if (claim !== undefined && claim.service !== service) this.#claims.set(key, { ...claim, service });
    }
  }

  #touched(changes: IpvsLedgerChanges): Touched {
    const touched: Touched = {
      frontends: new Set(),
      addresses: new Map(),
      elements: new Map(this.#frame.map(({ name }) => [name, new Set()])),
    };
    for (const [id, after] of changes)
      for (const contribution of [this.#contributions.get(id), after]) {
        for (const { frontend } of contribution?.services ?? []) touched.frontends.add(frontendKey(frontend));
        for (const address of contribution?.addresses ?? []) touched.addresses.set(keyOf.addresses(address), address);
        for (const { into, element } of contribution?.elements ?? []) touched.elements.get(into)?.add(element);
      }
    return touched;
  }

  /** A host as if nothing were on it but what is named, as far as it is there. */
  #named({ frontends, addresses, elements }: Touched): NodeConfig {
    return {
      ...EMPTY_CONFIG,
      ipvs: [...frontends].sort().flatMap((key) => this.#claims.get(key)?.service ?? []),
      ipsets: this.#frame.map((set) => {
        const there = this.#elements.get(set.name)?.things;
        return { ...set, elements: [...(elements.get(set.name) ?? [])].filter((element) => there?.has(element)).sort() };
      }),
      addresses: byKey(
        keyOf.addresses,
        [...addresses].flatMap(([key, address]) => (this.#addresses.things.has(key) ? [address] : [])),
      ),
    };
  }
}
