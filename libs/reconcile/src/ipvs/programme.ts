import { EMPTY_CONFIG, type Step } from '@weft/kernel';
import { IPVS_LINK_NAME } from '@weft/model';
import { type Attempt, byHalves, carryOut } from '../by-halves.ts';
import { diff } from '../diff.ts';
import type { Programmed } from '../nft/programme.ts';
import type { Host, StepOutcome } from '../ports.ts';
import { FrontendConflict, type IpvsLedger, type IpvsLedgerChanges } from './ledger.ts';

/** The steps of a change that the account has taken in; the conflict when it cannot. */
function taken(ledger: IpvsLedger, changes: IpvsLedgerChanges): Step[] | FrontendConflict {
  try {
    return ledger.change(changes);
  } catch (error) {
    if (error instanceof FrontendConflict) return error;
    throw error;
  }
}

/** What brings a host back to the account: ipvsadm tries every line and sets come before it, so only a look shows what of a refused change is there. */
async function wayBack(host: Host, ledger: IpvsLedger): Promise<Step[]> {
  const { ipvs, ipsets, addresses } = await host.observe([], { pods: false });
  const borne = addresses.filter(({ device }) => device === IPVS_LINK_NAME);
  ledger.drain(ipvs);
  return diff({ ...EMPTY_CONFIG, ...ledger.part() }, { ...EMPTY_CONFIG, ipvs, ipsets, addresses: borne });
}

/**
 * Changes some services on a host that is as the account says: a few steps, or those that can be made when they are refused. Whatever is refused is taken back,
 * so that account and kernel say the same.
 */
export async function changeIpvs(host: Host, ledger: IpvsLedger, changes: IpvsLedgerChanges): Promise<Programmed> {
  const outcomes: StepOutcome[] = [];
  const attempt = async (some: IpvsLedgerChanges): Promise<Attempt> => {
    const before: IpvsLedgerChanges = new Map(Array.from(some.keys(), (id) => [id, ledger.contributions.get(id) ?? null]));
    const steps = taken(ledger, some);
    if (steps instanceof FrontendConflict) return { why: steps.message, failure: null };
    const refusal = await carryOut(host, steps, outcomes);
    if (refusal === null) return null;
    ledger.takeBack(before);
    // Without an exit code nobody knows what the kernel has.
    if (!(refusal instanceof RangeError) && refusal.outcome.exitCode === null) return { stop: refusal };
    const stuck = await carryOut(host, await wayBack(host, ledger), outcomes);
    if (stuck instanceof RangeError) throw stuck;
    if (stuck !== null) return { stop: stuck };
    return refusal instanceof RangeError
      ? { why: refusal.message, failure: null }
      : { why: refusal.outcome.stderr.trim(), failure: refusal };
  };
  return { outcomes, ...(await byHalves(changes, attempt)) };
}
