import { type BlameQuery, type Explanation, explainApi } from '../api/explain-api.ts';
import { blameLines } from '../explain/margin.ts';
import { readNode, readOwner } from '../explain/names.ts';
import { paintFor } from '../terminal/style.ts';

interface BlameOptions {
  readonly state?: string;
  readonly kind?: Explanation['kind'];
  readonly owner?: string;
  readonly match?: string;
  readonly foreign: boolean;
  readonly output: 'text' | 'json';
}

/** Prints what is in the kernel of a node, each thing with the change that it came with in the margin. Throws UserError for names that nothing has. */
export async function blame(node: string, { state, kind, owner, match, foreign, output }: BlameOptions): Promise<void> {
  const api = await explainApi(state);
  const query: BlameQuery = {
    ...(kind !== undefined && { kind }),
    ...(owner !== undefined && { owner: await api.idOf(readOwner(owner)) }),
    ...(match !== undefined && { text: match }),
    ...(foreign && { foreign }),
  };
  const paint = paintFor(process.stdout);
  let last: string | null = null;
  for await (const { items, truncated, node: name, nextCursor } of api.dataplane(await api.idOf(readNode(node)), query)) {
    if (output === 'json') for (const item of items) console.log(JSON.stringify(item));
    else if (items.length > 0) console.log(blameLines(items, paint, last).join('\n'));
    last = items.at(-1)?.place ?? last;
    if (truncated && nextCursor === null) console.error(`others have more on ${name} than is listed`);
  }
}
