import { LIVE_OBJECTS_MAX } from '@weft/jobs';
import { identityOf, isSought, pasted, type Sought } from '@weft/kernel';
import { type ExplainQuestion, type KernelObject, type Node, type NodeDataplane, ProblemError } from '@weft/model';
import { EVERYTHING, startingOver } from './ask-live.ts';
import type { Subject } from './explainer.ts';
import { type NodeKernels, type NodeLook, subjectOf } from './node-kernel.ts';

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

/** What fits what is sought, live or not. */
function subjectsOf(look: NodeLook, live: NodeLook['objects'], isAsked: (object: KernelObject) => boolean): Subject[] {
  const there = new Map(live.filter(isAsked).map((object) => [identityOf(object), object]));
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
  for (const { kinds, key } of sought) looks.push(await ask({ kinds: [...kinds], text: key.slice(0, TEXT_MAX) }, looks[0]));
  const [look = await ask({ identities: [] }, undefined)] = looks;
  const live = looks.flatMap(({ objects }) => objects);
  const exactly = subjectsOf(look, live, (object) => sought.some((one) => isSought(one, object)));
  if (exactly.length > 0 || !('text' in question)) return kernels.describe(look, exactly.slice(0, EXPLAINED_MAX), exactly.length);
  const partly = await ask({ text: question.text.trim().slice(0, TEXT_MAX) }, look);
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
