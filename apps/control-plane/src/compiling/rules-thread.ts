import { parentPort, workerData } from 'node:worker_threads';
import { ProblemError } from '@weft/model';
import { openStore } from '@weft/store';
import { trustLikeStarter } from '@weft/telemetry';
import { RuleAnswering } from './answering.ts';
import type { Answered, RuleQuestion, Told } from './question.ts';

trustLikeStarter();

/** A thread that compiles rules for the control plane, over a connection to the database of its own: what it reads and makes never passes through the loop that answers requests. */
const { past, plans } = openStore({ databaseUrl: (workerData as { databaseUrl: string }).databaseUrl, connections: 1 });
const answering = new RuleAnswering({ past, plans }, () => parentPort?.postMessage({ done: 'node' } satisfies Told));

async function told(question: RuleQuestion): Promise<Answered> {
  try {
    return { answer: await answering.answer(question.kind, question) };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: { code: error.code, detail: error.message, errors: error.errors } };
    return { broken: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

parentPort?.on('message', (question: RuleQuestion) => {
  void told(question).then((answer) => parentPort?.postMessage(answer));
});
