import type { Plan } from '../api/apply-api.ts';
import type { Paint } from '../terminal/style.ts';
import { kernelLines } from './kernel-lines.ts';
import { objectLines } from './object-lines.ts';

/** A plan as a difference reads: objects first, then rules by node, then by whom they are for. Empty when nothing changes. */
export function differenceLines({ changes, nodes }: Plan, paint: Paint): string[] {
  return [...changes.map((change) => objectLines(change, paint)), ...nodes.map((one) => kernelLines(one, paint))].flatMap((lines, at) =>
    at === 0 ? lines : ['', ...lines],
  );
}

/** A plan with what should be known beside it. */
export function planLines(plan: Plan, paint: Paint): string[] {
  const difference = differenceLines(plan, paint);
  return [...difference, ...(difference.length === 0 ? [] : ['']), ...plan.notes.map((note) => paint('dim', `# ${note}`))];
}
