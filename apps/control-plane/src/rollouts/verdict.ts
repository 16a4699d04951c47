import type { NodeProbes, ProbeTarget, TargetResult } from '@weft/model';

const sameTarget = (a: ProbeTarget, b: ProbeTarget) => a.ip === b.ip && a.port === b.port;

const failures = ({ errors }: TargetResult) => Object.values(errors).reduce((sum, count) => sum + count, 0);

/** Targets that answered every time. */
export function answering(probes: NodeProbes | undefined): readonly ProbeTarget[] {
  return (probes?.results ?? []).filter((result) => result.connected > 0 && failures(result) === 0).map(({ target }) => target);
}

/** Those of the first that are among the second. */
export function stillThere(targets: readonly ProbeTarget[], now: readonly ProbeTarget[]): ProbeTarget[] {
  return targets.filter((target) => now.some((one) => sameTarget(one, target)));
}

/** Which probe failed, from where, to where, and how. */
function inWords(node: string, result: TargetResult): string {
  const { target, connected } = result;
  const lost = failures(result);
  const how = Object.keys(result.errors).join(', ');
  return `from ${node} to ${target.what} (${target.ip}:${target.port}): ${lost} of ${lost + connected} connections failed (${how})`;
}

/** Most probes that a verdict names. */
const NAMED_MAX = 3;

/** Why a node is not as well as it was: what answered before and does not answer any more. Null: it is. */
export function verdict(before: readonly NodeProbes[], after: readonly NodeProbes[]): string | null {
  const lost = after.flatMap(({ node, results }) => {
    const answered = answering(before.find((one) => one.node === node));
    return results
      .filter((result) => failures(result) > 0 && answered.some((target) => sameTarget(target, result.target)))
      .map((result) => inWords(node, result));
  });
  if (lost.length === 0) return null;
  const more = lost.length > NAMED_MAX ? `; and ${lost.length - NAMED_MAX} more` : '';
  return `${lost.slice(0, NAMED_MAX).join('; ')}${more}`;
}
