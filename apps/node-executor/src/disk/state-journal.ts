import { type DesiredPull, type DesiredState, HeldState, mergePull, ReadDesiredPull, sha256Hex } from '@weft/model';
import { z } from 'zod';

/** A state of one node as it can be read back. */
export interface KeptState {
  readonly nodeId: string;
  readonly held: HeldState;
}

/**
 * How a state stands in a file: a line for the state as it was at some time, then a line for each delta that came after it. `good` on a line says that what the
 * lines before it make was applied whole. Each line carries the hash of its content, and the first one the name of the program that wrote the file (writer.ts).
 */
const Line = z.union([
  z.strictObject({
    format: z.literal(2),
    writer: z.string().nullish(),
    nodeId: z.string(),
    state: ReadDesiredPull.pick({ epoch: true, revision: true, cluster: true, nodes: true, pods: true, services: true }),
  }),
  z.strictObject({ good: z.boolean(), pull: ReadDesiredPull.nullable() }),
]);
type Line = z.input<typeof Line>;
type ReadLine = z.infer<typeof Line>;

function line(content: Line): string {
  const text = JSON.stringify(content);
  return `${sha256Hex(text)} ${text}\n`;
}

/** The line that a file begins with. */
export const stateLine = (nodeId: string, state: DesiredState, writer: string | null): string =>
  line({ format: 2, writer, nodeId, state } as Line);

/** The line for a delta; `good`: the state before it was applied whole. */
export const pullLine = (pull: DesiredPull, good: boolean): string => line({ good, pull });

/** The line that says only that what stands before it was applied whole. */
export const goodLine = (): string => line({ good: true, pull: null });

/** What a file holds. */
export interface Journal {
  readonly newest: KeptState;
  /** The last state in it that was applied whole. */
  readonly good: KeptState | null;
  /** What is wrong with a line; null: nothing. A last line without its end is what a crash leaves of an append, and nothing wrong: nothing was done upon it. */
  readonly broken: string | null;
  /** How long its first line is, and the others together, in characters; null: nothing may be put behind them, as another program wrote them or the last one has no end. */
  readonly own: { readonly stateLength: number; readonly deltas: number } | null;
}

function contentOf(text: string): unknown {
  const hash = text.slice(0, text.indexOf(' '));
  const content = text.slice(hash.length + 1);
  if (sha256Hex(content) !== hash) throw new Error('its hash does not match its content');
  return JSON.parse(content);
}

const writerOf = (head: unknown) => (head as { readonly writer?: unknown } | null)?.writer ?? null;

/** How the lines of a file are read: what this very program wrote, and its hash says is still that, is as this program has it. All else has to be as the schema says. */
function reading(head: unknown, writer: string | null): (content: unknown) => ReadLine {
  const own = writer !== null && writerOf(head) === writer;
  return own ? (content) => content as ReadLine : (content) => Line.parse(content);
}

const why = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Reads a file's text back. `writer`: who reads, as it names itself in what it writes. Throws Error when not even its first line can be read. */
export function readJournal(text: string, writer: string | null): Journal {
  const lines = text.split('\n');
  // What stands behind the last line's end: nothing, or a line that was not written to its end.
  const rest = lines.pop();
  const head = contentOf(lines[0] ?? '');
  const stateLength = (lines[0] ?? '').length + 1;
  const own = rest === '' && writerOf(head) === writer ? { stateLength, deltas: text.length - stateLength } : null;
  const read = reading(head, writer);
  const first = read(head);
  if (!('state' in first)) throw new Error('it does not begin with a state');
  const { nodeId, state } = first;
  let newest: KeptState = { nodeId, held: HeldState.of(state) };
  let good: KeptState | null = null;
  for (const [at, next] of lines.slice(1).entries()) {
    try {
      const content = read(contentOf(next));
      if ('state' in content) throw new Error('a second state');
      if (content.good) good = newest;
      if (content.pull === null) continue;
      const merge = mergePull(newest.held, content.pull);
      if (!merge.ok) throw new Error(`a delta that does not fit: ${merge.refusal.reason}`);
      newest = { nodeId, held: merge.held };
    } catch (error) {
      return { newest, good, broken: `line ${at + 2}: ${why(error)}`, own: null };
    }
  }
  return { newest, good, broken: null, own };
}
