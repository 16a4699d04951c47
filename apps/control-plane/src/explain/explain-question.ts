import { LIVE_OBJECTS_MAX } from '@weft/jobs';
import { identityOf, isSought, pasted, type Sought } from '@weft/kernel';
import { type ExplainQuestion, type KernelObject, type Node, type NodeDataplane, ProblemError } from '@weft/model';
import { EVERYTHING, startingOver } from './ask-live.ts';
import type { Subject } from './explainer.ts';
import { type NodeKernels, type NodeLook, requireOneState, subjectOf } from './node-kernel.ts';

/** Things that one answer tells of. */
const EXPLAINED_MAX = 32;

/** A line can tell of many elements; so many of them are sought. */
const SOUGHT_MAX = 8;

/** Text of a thing that is told to the node, which looks for it; the rest is compared here. */
const TEXT_MAX = 1_024;

/** Throws ProblemError for a blank text: everything has it as a part. */
function soughtBy(question: ExplainQuestion): Sought[] {
  if ('text' in question && question.text.trim() === '') {
    const message = 'a blank text is a part of everything: write a line, or a part of one';
    throw new ProblemError('ValidationFailed', message, [{ pointer: '/text', code: 'OutOfRange', message }]);
  }
  if ('text' in question) return pasted(question.text).slice(0, SOUGHT_MAX);
  return [{ kinds: [question.kind], place: question.place, key: question.key }];
}

/** What fits what is sought, live or not; and what reads as the text does, which of others' things such as routes is all that tells them apart. */
function subjectsOf(look: NodeLook, live: NodeLook['objects'], sought: readonly Sought[], text: string | null): Subject[] {
  const isAsked = (object: KernelObject) => sought.some((one) => isSought(one, object));
  const there = new Map(live.filter((object) => object.text === text || isAsked(object)).map((object) => [identityOf(object), object]));
  const missing = [...look.rules].filter(([identity, object]) => isAsked(object) && !there.has(identity));
  return [...Array.from(there.values(), (object) => subjectOf(look, object)), ...missing.map(([, wanted]) => ({ live: null, wanted }))];
}

async function explainSought(
  kernels: NodeKernels,
  node: Node,
  question: ExplainQuestion,
  sought: readonly Sought[],
  signal: AbortSignal,
): Promise<NodeDataplane> {
  const ask = (select: Partial<typeof EVERYTHING>, before: NodeLook | undefined) =>
    kernels.look(
      node,
      {
        select: { ...EVERYTHING, ...select },
        after: before === undefined ? null : { look: before.look, known: 0 },
        limit: LIVE_OBJECTS_MAX,
      },
      signal,
    );
  const looks: NodeLook[] = [];
  // Of the same kinds each time, so that one look shows all of it.
  const kinds = [...new Set(sought.flatMap((one) => one.kinds))];
  for (const { key } of sought) looks.push(await ask({ kinds, text: key.slice(0, TEXT_MAX) }, looks[0]));
  const [look = await ask({ identities: [] }, undefined)] = looks;
  requireOneState(looks);
  const live = looks.flatMap(({ objects }) => objects);
  const text = 'text' in question ? question.text.trim() : null;
  const fitting = subjectsOf(look, live, sought, text);
  const same = fitting.filter((subject) => (subject.live ?? subject.wanted)?.text === text);
  const exactly = same.length > 0 ? same : fitting;
  if (exactly.length > 0 || text === null) return kernels.describe(look, exactly.slice(0, EXPLAINED_MAX), exactly.length);
  const partly = await ask({ text: text.slice(0, TEXT_MAX) }, look);
  const subjects = partly.objects.slice(0, EXPLAINED_MAX).map((object) => subjectOf(partly, object));
  return kernels.describe(partly, subjects, partly.total);
}

/** Explains what a question is about; what no line of a tool tells of, as part of one. Throws ProblemError. */
export async function explainQuestion(
  kernels: NodeKernels,
  node: Node,
  question: ExplainQuestion,
  signal: AbortSignal,
): Promise<NodeDataplane> {
  const sought = soughtBy(question);
  return startingOver(() => explainSought(kernels, node, question, sought, signal));
}
