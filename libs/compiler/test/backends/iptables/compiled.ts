import type { IptablesRuleset } from '@weft/kernel';
import type { DesiredState } from '@weft/model';
import { iptables } from '../../../src/backends/iptables/index.ts';

/** The rules of a state's first node. */
export function compiled(desired: DesiredState): IptablesRuleset {
  const [node] = desired.nodes;
  const ruleset = node && iptables.compile({ desired, node }).iptables;
  if (!ruleset) throw new Error('a state without nodes has no rules');
  return ruleset;
}
