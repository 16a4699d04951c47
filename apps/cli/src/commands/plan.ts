import { applyApi } from '../api/apply-api.ts';
import { type Pruning, wantedBy } from '../documents/prune.ts';
import { planLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';

/** The options that choose the same documents and objects again. */
const again = ({ file, namespace, selector }: Pruning): string =>
  [
    ...file.map((name) => `-f ${name}`),
    ...(namespace === undefined ? [] : [`-n ${namespace}`]),
    ...(selector === undefined ? [] : [`--prune -l '${selector}'`]),
  ].join(' ');

/** Shows what applying documents would do, and the token that applies exactly that. */
export async function plan({ output, ...pruning }: Pruning & { readonly output: 'text' | 'json' }): Promise<void> {
  const planned = await (await applyApi(pruning.state)).plan(await wantedBy(pruning));
  if (output === 'json') return console.log(JSON.stringify(planned, null, 2));
  const how = [
    `# planned on revision ${planned.revision}; until ${planned.expiresAt}, exactly this is applied by:`,
    `weft apply ${again(pruning)} --plan-token ${planned.planToken}`,
  ];
  console.log([...planLines(planned, paintFor(process.stdout)), ...(planned.changes.length === 0 ? [] : how)].join('\n'));
}
