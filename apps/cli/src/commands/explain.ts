import { type ExplainApi, explainApi } from '../api/explain-api.ts';
import { groupLines } from '../explain/columns.ts';
import { readNode, readOwner } from '../explain/names.ts';
import { storyLines } from '../explain/story.ts';
import { paintFor } from '../terminal/style.ts';
import { UserError } from '../user-error.ts';

interface ExplainOptions {
  readonly state?: string;
  readonly output: 'text' | 'json';
}

const paint = paintFor(process.stdout);

async function explainService(api: ExplainApi, id: string, output: ExplainOptions['output']): Promise<void> {
  for await (const { groups } of api.service(id)) {
    if (output === 'json') for (const group of groups) console.log(JSON.stringify(group));
    else console.log(groups.flatMap((group) => groupLines(group, paint)).join('\n'));
  }
}

async function explainLine(api: ExplainApi, node: string, line: string, output: ExplainOptions['output']): Promise<void> {
  const found = await api.explain(await api.idOf(readNode(node)), line);
  console.log(output === 'json' ? JSON.stringify(found, null, 2) : storyLines(found, paint).join('\n'));
  if (found.items.length === 0) process.exitCode = 1;
}

/** Prints why a line of a tool's listing is in the kernel of a node, or what a service has in the kernels of all of them. The exit status is 1 when nothing is found. Throws UserError. */
export async function explain(target: string, line: string | undefined, { state, output }: ExplainOptions): Promise<void> {
  const api = await explainApi(state);
  if (line !== undefined) return explainLine(api, target, line, output);
  const owner = readOwner(target);
  if (owner.kind !== 'service')
    throw new UserError("say which line: weft explain node/<name> '<line of nft list, iptables-save, ip route …>'");
  await explainService(api, await api.idOf(owner), output);
}
