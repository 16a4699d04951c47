import { type IptablesChange, inBlocks, linesOf, type Step } from '@weft/kernel';
import { withMarks } from './built-in-chains.ts';
import { iptablesVariant } from './iptables-variant.ts';
import type { Runner } from './runner.ts';

type IptablesStep = Extract<Step, { tool: 'iptables' }>;

/** Most lines of one commit with the nft variant, where a big one takes long and keeps everybody else from changing rules. */
const LINES_MAX = 1_000;

const isBig = (change: IptablesChange) => linesOf(change) > LINES_MAX;

/**
 * A step as the host's variant of iptables carries it out best. With nft: built-in chains that it makes are marked, and a big change is committed in blocks. The
 * legacy one writes the whole table whatever is committed. Nobody has to be asked about a small change that puts no jumps into built-in chains: most of them.
 */
export async function fitted(runner: Runner, step: IptablesStep): Promise<IptablesStep> {
  const jumps = step.changes.some(({ addJumps }) => addJumps.length > 0);
  if ((!jumps && !step.changes.some(isBig)) || (await iptablesVariant(runner)) !== 'nft') return step;
  const parted = { ...step, changes: step.changes.flatMap((change) => inBlocks(change, LINES_MAX)) };
  return jumps ? withMarks(runner, parted) : parted;
}
