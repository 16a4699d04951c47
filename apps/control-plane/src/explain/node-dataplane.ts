import { LIVE_OBJECTS_MAX } from '@weft/jobs';
import { identityOf } from '@weft/kernel';
import type { KernelKind, KernelObject, Node, NodeDataplane } from '@weft/model';
import { z } from 'zod';
import { EVERYTHING } from './ask-live.ts';
import { cursorOf, placeAt } from './cursor.ts';
import { type NodeKernels, subjectOf } from './node-kernel.ts';

/** What of a node's kernel is asked for. */
export interface DataplaneQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly kind?: KernelKind | undefined;
  readonly owner?: string | undefined;
  readonly text?: string | undefined;
  readonly foreign?: boolean | undefined;
}

/** Where a page of live things begins: in which look, behind how many. */
const LivePlace = z.strictObject({ look: z.string().max(64), known: z.int().min(0) });

/** Where a page of an owner's things begins: as of which revision, behind how many. */
const OwnedPlace = z.strictObject({ revision: z.int().min(0), known: z.int().min(0) });

async function everybodys(kernels: NodeKernels, node: Node, query: DataplaneQuery, signal: AbortSignal): Promise<NodeDataplane> {
  const { kind, text = null, foreign = null, limit } = query;
  const after = placeAt(LivePlace, query.cursor);
  const select = { ...EVERYTHING, kinds: kind === undefined ? null : [kind], text, foreign };
  const look = await kernels.look(node, { select, after, limit }, signal);
  const subjects = look.objects.map((live) => subjectOf(look, live));
  const known = (after?.known ?? 0) + subjects.length;
  const nextCursor = known < look.total ? cursorOf({ look: look.look, known }) : null;
  return { ...(await kernels.describe(look, subjects, look.total)), nextCursor };
}

const speaksOf = ({ place, key, text }: KernelObject, words: string) =>
  place.includes(words) || key.includes(words) || text.includes(words);

/** What one object should have is known without asking; the node says what of it is there. */
async function ofOwner(
  kernels: NodeKernels,
  node: Node,
  query: DataplaneQuery & { readonly owner: string },
  signal: AbortSignal,
): Promise<NodeDataplane> {
  const { owner, kind, text, foreign = false, limit } = query;
  const { revision, known } = placeAt(OwnedPlace, query.cursor) ?? { revision: node.status.appliedRevision, known: 0 };
  const rules = await kernels.rulesAt(node, revision);
  const all = [...(foreign ? [] : rules.values())].filter(
    (object) =>
      object.owners.some(({ id }) => id === owner) &&
      (kind === undefined || object.kind === kind) &&
      (text === undefined || speaksOf(object, text)),
  );
  const page = all.slice(known, known + limit);
  const select = { ...EVERYTHING, identities: page.map(identityOf) };
  const look = await kernels.look(node, { select, after: null, limit: LIVE_OBJECTS_MAX }, signal);
  const there = new Map(look.objects.map((object) => [identityOf(object), object]));
  const subjects = page.map((wanted) => ({ live: there.get(identityOf(wanted)) ?? null, wanted }));
  const next = known + page.length;
  const nextCursor = next < all.length ? cursorOf({ revision, known: next }) : null;
  return { ...(await kernels.describe({ ...look, revision, rules }, subjects, all.length)), nextCursor };
}

/** A page of what is in the kernel of a node. Throws ProblemError. */
export function nodeDataplane(kernels: NodeKernels, node: Node, query: DataplaneQuery, signal: AbortSignal): Promise<NodeDataplane> {
  const { owner } = query;
  return owner === undefined ? everybodys(kernels, node, query, signal) : ofOwner(kernels, node, { ...query, owner }, signal);
}
