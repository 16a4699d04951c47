import { type NodeWorker, type OnConnection, openNodeWorker } from '../node-worker.ts';
import type { RedisAccess } from '../redis-access.ts';
import { type Answerers, type AnswerOf, ASK_QUEUE, Question, type QuestionOf } from './question.ts';

/** In ms. A worker says so again while it works. */
const LOCK_MS = 5_000;

/** Throws Error for a kind that nobody here answers. */
function answer<Kind extends Question['kind']>(answerers: Partial<Answerers>, question: QuestionOf<Kind>): Promise<AnswerOf<Kind>> {
  const answerer: Partial<Answerers>[Kind] = answerers[question.kind as Kind];
  if (answerer === undefined) throw new Error(`this node does not answer questions of kind ${question.kind}`);
  return answerer(question);
}

/**
 * Answers one node's questions, one at a time, until it is closed. What is no question of ours, and what an answerer throws, is told to whoever asked.
 * Connection errors go to `onError`. Throws RedisUrlError.
 */
export function createAnswerer(
  access: RedisAccess,
  nodeName: string,
  answerers: Partial<Answerers>,
  onError: (error: Error) => void = () => undefined,
  onConnection?: OnConnection,
): NodeWorker {
  return openNodeWorker(
    access,
    nodeName,
    { name: ASK_QUEUE, lockMs: LOCK_MS },
    async (data) => answer(answerers, Question.parse(data)),
    onError,
    onConnection,
  );
}
