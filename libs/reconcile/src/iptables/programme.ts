import type { IptablesChange, Step } from '@weft/kernel';
import { type Attempt, byHalves, carryOut } from '../by-halves.ts';
import type { Programmed } from '../nft/programme.ts';
import type { Host, StepOutcome } from '../ports.ts';
import type { IptablesChanges, IptablesLedger } from './ledger.ts';

const restore = (changes: readonly IptablesChange[]): Step[] => (changes.length === 0 ? [] : [{ tool: 'iptables', changes }]);

/**
 * Changes some services on a host whose chains are as the account says: one restore, or those that can be made when it is refused. Whatever is refused is taken
 * back, so that account and kernel say the same.
 */
export async function changeIptables(host: Host, ledger: IptablesLedger, changes: IptablesChanges): Promise<Programmed> {
  const outcomes: StepOutcome[] = [];
  const attempt = async (some: IptablesChanges): Promise<Attempt> => {
    const before: IptablesChanges = new Map(Array.from(some.keys(), (id) => [id, ledger.contributions.get(id) ?? null]));
    const refusal = await carryOut(host, restore(ledger.change(some)), outcomes);
    if (refusal === null) return null;
    const back = restore(ledger.takeBack(before));
    if (refusal instanceof RangeError) return { why: refusal.message, failure: null };
    // Without an exit code nobody knows what the kernel has. Tables are committed one by one, so part of what was refused may be there.
    if (refusal.outcome.exitCode === null) return { stop: refusal };
    const stuck = await carryOut(host, back, outcomes);
    if (stuck instanceof RangeError) throw stuck;
    return stuck === null ? { why: refusal.outcome.stderr.trim(), failure: refusal } : { stop: stuck };
  };
  return { outcomes, ...(await byHalves(changes, attempt)) };
}
