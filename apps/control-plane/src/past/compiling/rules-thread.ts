import { parentPort, workerData } from 'node:worker_threads';
import { ProblemError } from '@weft/model';
import { openStore } from '@weft/store';
import { RuleAnswering } from './answering.ts';
import type { RuleQuestion, Told } from './question.ts';

/** A thread that compiles past rules, over a connection to the database of its own: what it reads and makes never passes through the loop that answers requests. */
const { past } = openStore({ databaseUrl: (workerData as { databaseUrl: string }).databaseUrl, connections: 1 });
const answering = new RuleAnswering(past);

async function told(question: RuleQuestion): Promise<Told> {
  try {
    return { answer: await answering.answer(question) };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: { code: error.code, detail: error.message, errors: error.errors } };
    return { broken: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

parentPort?.on('message', (question: RuleQuestion) => {
  void told(question).then((answer) => parentPort?.postMessage(answer));
});
