import { type Answer, ASK_QUEUE, Question } from './ask.ts';
import { type NodeWorker, openNodeWorker } from './node-worker.ts';
import type { RedisAccess } from './redis-access.ts';

/**
 * Answers one node's questions, one at a time, until it is closed. What is no question of ours, and what `answer` throws, is told to whoever asked.
 * Connection errors go to `onError`. Throws RedisUrlError.
 */
export function createAnswerer(
  access: RedisAccess,
  nodeName: string,
  answer: (question: Question) => Promise<Answer>,
  onError: (error: Error) => void = () => undefined,
): NodeWorker {
  return openNodeWorker(access, nodeName, ASK_QUEUE, (data) => answer(Question.parse(data)), onError);
}
