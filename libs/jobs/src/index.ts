export { createAnswerer } from './asks/answerer.ts';
export { AskError } from './asks/ask-error.ts';
export { type Asker, createAsker } from './asks/asker.ts';
export {
  CAPTURE_PIECE_MAX,
  CaptureReadAnswer,
  CaptureStartAnswer,
  CaptureStartQuestion,
  CaptureStopAnswer,
} from './asks/capture.ts';
export { CrossingAnswer, CrossingQuestion } from './asks/crossing.ts';
export { LIVE_OBJECTS_MAX, LiveAnswer, LiveObject, LiveQuestion, type LiveSelection } from './asks/live.ts';
export { ProbeAnswer, ProbeQuestion } from './asks/probe.ts';
export { type Answerers, type AnswerOf, ASK_QUEUE, Question, type QuestionOf } from './asks/question.ts';
export { SessionName } from './asks/session-name.ts';
export {
  boundedEvents,
  TRACE_SIGHTINGS_MAX,
  TraceReadAnswer,
  TraceSendQuestion,
  type TraceSighting,
  TraceStartQuestion,
} from './asks/trace.ts';
export { nodeKeyPrefix, RECONCILE_QUEUE, ReconcileHint } from './hint.ts';
export { createHintSender, type HintSender } from './hint-sender.ts';
export { createHintWorker } from './hint-worker.ts';
export { createNodeUsers, type NodeUser, type NodeUsers, nodeUserName } from './node-users.ts';
export type { NodeWorker, OnConnection } from './node-worker.ts';
export { asSeenByOthers, asUser, namesUser, type RedisAccess, withoutUser } from './redis-access.ts';
export { parseRedisUrl, RedisUrlError } from './redis-url.ts';
