import { Worker } from 'node:worker_threads';
import { ProblemError } from '@weft/model';
import type { Answered, RuleAnswers, RuleQuestion, RuleQuestionKind, Told } from './question.ts';

/** How long compiling may take for one node, how much memory it may take, and how many may wait for it; and after how long without a question the thread ends. */
export interface CompilerLimits {
  /** In ms, until an answer, or until one more node of a plan is compiled. */
  readonly nodeMs: number;
  readonly heapMb: number;
  readonly waiting: number;
  /** In ms. */
  readonly idleMs: number;
}

export const LIMITS: CompilerLimits = { nodeMs: 60_000, heapMb: 1_024, waiting: 8, idleMs: 30_000 };

/** The thread's program: beside this file in the sources, beside the whole program where that is one file. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './rules-thread.ts' : './rules-thread.mjs', import.meta.url);

interface Waiting {
  readonly question: RuleQuestion;
  readonly signal: AbortSignal;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

const unavailable = (why: string) => new ProblemError('Unavailable', why);
const goingDown = () => unavailable('this replica is going down');

/**
 * Has rules compiled by one thread beside the one that answers requests, a question after the other. A question of which one node takes too long or all too much memory, or
 * whose asker has left, ends the thread; the next question starts another.
 */
export class RulesCompiler {
  readonly #databaseUrl: string;
  readonly #limits: CompilerLimits;
  readonly #program: URL;
  readonly #queue: Waiting[] = [];
  #thread: Worker | null = null;
  #asked: Waiting | null = null;
  /** Ends the thread: while it is asked something, because that takes too long; else because nothing comes. */
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(databaseUrl: string, limits: Partial<CompilerLimits> = {}, program: URL = THREAD) {
    this.#databaseUrl = databaseUrl;
    this.#limits = { ...LIMITS, ...limits };
    this.#program = program;
  }

  /** Throws ProblemError: what the question comes to, and Unavailable beyond a limit. Rejects with the signal's reason when the asker leaves. */
  ask<K extends RuleQuestionKind>(kind: K, question: RuleAnswers[K]['question'], signal: AbortSignal): Promise<RuleAnswers[K]['answer']> {
    signal.throwIfAborted();
    if (this.#closed) return Promise.reject(goingDown());
    if (this.#queue.length >= this.#limits.waiting)
      return Promise.reject(unavailable(`${this.#limits.waiting} questions about rules wait already on this replica`));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { question: { kind, ...question } as RuleQuestion, signal, resolve, reject };
      const leave = () => this.#leave(waiting);
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  /** Ends the thread. Who waits is told so, and so is who asks later. */
  async close(): Promise<void> {
    this.#closed = true;
    const why = goingDown();
    for (const { reject } of this.#queue.splice(0)) reject(why);
    await this.#end(why);
  }

  #next(): void {
    if (this.#asked !== null) return;
    clearTimeout(this.#timer);
    const next = this.#queue.shift();
    this.#asked = next ?? null;
    const { idleMs } = this.#limits;
    if (next === undefined) {
      this.#timer = setTimeout(() => void this.#end(null), idleMs).unref();
      return;
    }
    try {
      this.#thread ??= this.#start();
      this.#thread.postMessage(next.question);
    } catch (error) {
      void this.#end(unavailable(`there is no thread to compile the rules: ${error instanceof Error ? error.message : error}`));
      return;
    }
    this.#wait();
  }

  /** Gives the thread its time for an answer, or for one more node. */
  #wait(): void {
    const { nodeMs } = this.#limits;
    const late = () => void this.#end(unavailable(`it took longer than ${nodeMs / 1_000} s to compile the rules of one node`));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(late, nodeMs).unref();
  }

  #start(): Worker {
    const { heapMb } = this.#limits;
    const thread = new Worker(this.#program, {
      workerData: { databaseUrl: this.#databaseUrl },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    thread.unref();
    thread.on('message', (told: Told) => {
      if (this.#thread !== thread) return;
      if ('done' in told) this.#wait();
      else this.#tell(told);
    });
    thread.on('error', (error: Error & { readonly code?: string }) => {
      if (this.#thread !== thread) return;
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      void this.#end(outOfMemory ? unavailable(`it takes more than ${heapMb} MB to compile the rules`) : error);
    });
    thread.on('exit', (code) => {
      if (this.#thread === thread) void this.#end(unavailable(`the thread that compiles the rules ended with ${code}`));
    });
    return thread;
  }

  #tell(told: Answered): void {
    const asked = this.#asked;
    this.#asked = null;
    if ('answer' in told) asked?.resolve(told.answer as never);
    else if ('problem' in told) asked?.reject(new ProblemError(told.problem.code, told.problem.detail, told.problem.errors));
    else asked?.reject(new Error(told.broken));
    this.#next();
  }

  #leave(waiting: Waiting): void {
    const at = this.#queue.indexOf(waiting);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      waiting.reject(waiting.signal.reason);
    } else if (this.#asked === waiting) void this.#end(waiting.signal.reason);
  }

  async #end(why: unknown): Promise<void> {
    const [thread, asked] = [this.#thread, this.#asked];
    clearTimeout(this.#timer);
    this.#thread = null;
    this.#asked = null;
    asked?.reject(why);
    if (this.#queue.length > 0) this.#next();
    await thread?.terminate();
  }
}
