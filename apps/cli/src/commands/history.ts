import { readWhen, type When } from '@weft/sdk';
import { type ObjectFilter, type PastKind, pastApi, type RuleFilter, type Span } from '../api/past-api.ts';
import { objectDifferenceLines, objectLines, ownerName, ruleDifferenceLines, ruleLines } from '../past/lines.ts';
import { paintFor } from '../terminal/style.ts';
import { UserError } from '../user-error.ts';

interface Options {
  readonly state?: string;
  readonly output: 'text' | 'json';
  readonly kind?: NonNullable<RuleFilter['kind']>;
  readonly match?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly selector?: string;
}

/** What `weft history` is given. */
export interface ShowOptions extends Options {
  readonly at?: string;
}

/** What `weft history diff` is given. */
export interface DiffOptions extends Options {
  readonly from: string;
  readonly to?: string;
}

/** The names that kinds of objects have on the command line. */
const KINDS: Readonly<Record<string, PastKind>> = {
  namespaces: 'namespace',
  nodes: 'node',
  pods: 'pod',
  services: 'service',
  endpoints: 'endpoint',
  rollouts: 'rollout',
};

type Target = { readonly node: string } | { readonly kind: PastKind };

/** Throws UserError. */
function readTarget(text: string): Target {
  const kind = KINDS[text];
  if (kind !== undefined) return { kind };
  const [, node] = /^node\/(.+)$/.exec(text) ?? [];
  if (node === undefined) throw new UserError(`${text} has no history: say node/<name>, or one of ${Object.keys(KINDS).join(', ')}`);
  return { node };
}

const ruleFilter = ({ kind, match }: Options): RuleFilter => ({
  ...(kind === undefined ? {} : { kind }),
  ...(match === undefined ? {} : { text: match }),
});

const objectFilter = ({ namespace, name, selector }: Options): ObjectFilter => ({
  ...(namespace === undefined ? {} : { namespace }),
  ...(name === undefined ? {} : { name }),
  ...(selector === undefined ? {} : { labelSelector: selector }),
});

/** Prints items as JSON, one a line, or the lines that they come to. */
function print<T>(output: Options['output'], items: readonly T[], lines: () => readonly string[]): void {
  const text = output === 'json' ? items.map((item) => JSON.stringify(item)) : lines();
  if (text.length > 0) console.log(text.join('\n'));
}

const optional = (text: string | undefined): When | undefined => (text === undefined ? undefined : readWhen(text));

/** Prints what a node had to have in its kernel, or which objects of a kind there were. Throws UserError. */
export async function showHistory(what: string, options: ShowOptions): Promise<void> {
  const target = readTarget(what);
  const at = optional(options.at);
  const api = await pastApi(options.state);
  const paint = paintFor(process.stdout);
  if ('kind' in target) {
    for await (const { items } of api.objects(target.kind, at, objectFilter(options)))
      print(options.output, items, () => objectLines(items));
    return;
  }
  let last: string | null = null;
  for await (const { items } of api.rules(await api.nodeId(target.node, at), at, ruleFilter(options))) {
    print(options.output, items, () => ruleLines(items, last, paint));
    last = items.at(-1)?.place ?? last;
  }
}

/** Prints how the rules of a node, or the objects of a kind, differ between two moments. The exit status is 1 when they do. Throws UserError. */
export async function diffHistory(what: string, options: DiffOptions): Promise<void> {
  const target = readTarget(what);
  const span: Span = { from: readWhen(options.from), to: optional(options.to) };
  const api = await pastApi(options.state);
  const paint = paintFor(process.stdout);
  let differences = 0;
  if ('kind' in target) {
    for await (const { items } of api.compareObjects(target.kind, span, objectFilter(options))) {
      differences += items.length;
      print(options.output, items, () => objectDifferenceLines(items, paint));
    }
  } else {
    let last: string | null = null;
    for await (const { items } of api.compareRules(await api.nodeId(target.node, span.to), span, ruleFilter(options))) {
      differences += items.length;
      print(options.output, items, () => ruleDifferenceLines(items, last, paint));
      const owner = items.at(-1)?.owner;
      last = owner === undefined ? last : ownerName(owner);
    }
  }
  if (differences > 0) process.exitCode = 1;
}
