import type { Conntrack } from '@weft/host';
import type { DesiredState } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import type { Delta } from '../control-plane/intake.ts';
import { type Followed, follow } from '../decide/follow.ts';
import { forNewest } from '../newest.ts';
import { staleFilters } from './stale-entries.ts';
import { hasUdp, mergeFrontends, NO_FRONTENDS, sameFrontends, type UdpFrontends, udpFrontends } from './udp-frontends.ts';

/** A state that is true on this host; `delta` says how it came of another, where that is known. */
export interface TrueState {
  readonly nodeId: string;
  readonly desired: DesiredState;
  readonly delta: Delta | null;
}

/**
 * Makes the kernel forget UDP flows that lead where the state no longer leads: connection tracking keeps a flow on its first endpoint for as long as the client
 * goes on sending, whatever the rules say by then. It compares what is in the kernel with what is wanted, so it is right after any restart. It looks once
 * at start and then only when UDP frontends changed, beside everything else and never in its way.
 */
export class StaleFlows {
  readonly #conntrack: Conntrack;
  readonly #log: Logger;
  /** Everything there was since the last look. */
  #former: UdpFrontends = NO_FRONTENDS;
  #looked: UdpFrontends | null = null;
  #followed: Followed | null = null;
  #nodes: DesiredState['nodes'] | null = null;
  #deleted = 0;
  readonly #looks = forNewest((state: TrueState) => this.#judge(state));

  constructor(conntrack: Conntrack, log: Logger) {
    this.#conntrack = conntrack;
    this.#log = log;
  }

  /** How many entries were deleted since the start. */
  get deleted(): number {
    return this.#deleted;
  }

  /** Says that a state may have been true here once: what it led to is ours to forget. */
  remember({ nodeId, desired }: Pick<TrueState, 'nodeId' | 'desired'>): void {
    this.#former = mergeFrontends(this.#former, udpFrontends(desired, nodeId));
  }

  /** Says that somebody else may have changed the rules and flows may have been led astray: the next state is looked at whatever it is. */
  distrust(): void {
    this.#looked = null;
  }

  /** Looks for stale flows, if the state is another than the one looked at last. Returns at once; of many calls during a look, the last counts. */
  applied(state: TrueState): void {
    this.#looks.bring(state);
  }

  /** Resolves when no look is under way. */
  settled(): Promise<void> {
    return this.#looks.settled();
  }

  async #judge(state: TrueState): Promise<void> {
    const { nodeId, desired } = state;
    const followed = follow(hasUdp, this.#followed, state);
    const same = this.#looked !== null && this.#nodes === desired.nodes && followed.ids === this.#followed?.ids;
    this.#followed = followed;
    if (same) return;
    const wanted = udpFrontends(desired, nodeId);
    try {
      if (this.#looked === null || !sameFrontends(this.#looked, wanted)) await this.#look(wanted, desired);
      this.#nodes = desired.nodes;
    } catch (error) {
      this.#looked = null;
      this.#log.warn({ why: errorChain(error) }, 'stale UDP flows could not be looked for; trying again with the next pass');
    }
  }

  async #look(wanted: UdpFrontends, { cluster: { podCidrs, serviceCidrs } }: DesiredState): Promise<void> {
    const former = this.#former;
    this.#former = mergeFrontends(former, wanted);
    const [entries, local] = await Promise.all([this.#conntrack.udpEntries(), this.#conntrack.localAddresses()]);
    const truth = { wanted, former, podCidrs, serviceCidrs, localAddresses: new Set(local) };
    const deleted = await this.#conntrack.deleteUdp(staleFilters(entries, truth));
    this.#looked = wanted;
    this.#former = wanted;
    this.#deleted += deleted.length;
    if (deleted.length > 0) this.#log.info({ deleted: deleted.length, of: entries.length }, 'stale UDP flows were forgotten');
  }
}
