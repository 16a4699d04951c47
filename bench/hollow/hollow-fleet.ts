import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROTOCOL } from '@weft/model';
import { kept } from '../../apps/node-executor/src/identity/credential.ts';
import { CredentialFile } from '../../apps/node-executor/src/identity/credential-file.ts';
import { identityApi } from '../../apps/node-executor/src/identity/identity-api.ts';
import { newReceiptKey, publicReceiptKey } from '../../apps/node-executor/src/identity/receipt-key.ts';
import type { Client } from '../api/client.ts';
import { hollowFacts } from './hollow-ports.ts';
import type { HollowNews, HollowOrder, HollowRequest } from './protocol.ts';

/** Hollow nodes that run against a control plane. */
export interface HollowFleet {
  readonly pids: readonly number[];
  readonly size: number;
  /** What all of them have seen since they were asked last. */
  tell(): Promise<HollowNews>;
  /** Has one more host join and run. Returns its number. */
  add(): Promise<number>;
  stop(): Promise<void>;
}

/** How many hosts join at a time. */
const AT_ONCE = 16;

/** One for each core of the machine that the promises are about. */
const PROCESSES = 2;

async function joined(client: Client, url: string, folder: string, number: number): Promise<HollowOrder> {
  const name = `hollow-${String(number).padStart(5, '0')}`;
  const { token } = await client.ok<{ token: string }>('POST', '/join-tokens', { nodeName: name });
  const receiptKey = newReceiptKey(Date.now());
  const credential = await identityApi(url).join({
    token,
    nodeName: name,
    protocol: PROTOCOL,
    facts: hollowFacts(number),
    receiptKey: publicReceiptKey(receiptKey),
  });
  const credentialFile = join(folder, `${name}.credential`);
  await new CredentialFile(credentialFile).write(kept(credential, receiptKey, Date.now()));
  return { number, url, credentialFile, stateDir: join(folder, name) };
}

/** A process of hollow nodes; one request is under way at a time. */
class HollowProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;
  #answer: (news: HollowNews) => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(heapMb: number) {
    const execArgv = [`--max-old-space-size=${heapMb}`];
    this.#child = fork(join(import.meta.dirname, 'process.ts'), { execArgv, serialization: 'advanced' });
    this.#child.on('message', (news: HollowNews) => this.#answer(news));
    this.#ended = once(this.#child, 'exit').then(([code, signal]) =>
      Promise.reject(new Error(`hollow nodes ended with ${code ?? signal}`)),
    );
    // Whoever asks is told.
    this.#ended.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask(request: HollowRequest): Promise<HollowNews> {
    const asked = this.#last.then(() => {
      const { promise, resolve } = Promise.withResolvers<HollowNews>();
      this.#answer = resolve;
      this.#child.send(request);
      return Promise.race([promise, this.#ended]);
    });
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async stop(): Promise<void> {
    await this.ask({ do: 'stop' }).catch(() => undefined);
    this.#child.disconnect();
    await this.#ended.catch(() => undefined);
  }
}

const HEAP_MB = 8_000;

function together(all: readonly HollowNews[]): HollowNews {
  const sum = (of: (news: HollowNews) => number) => all.reduce((total, news) => total + of(news), 0);
  return {
    applied: all.flatMap(({ applied }) => applied),
    failures: all.flatMap(({ failures }) => failures),
    transactions: sum(({ transactions }) => transactions),
    pulls: sum(({ pulls }) => pulls),
    residentBytes: sum(({ residentBytes }) => residentBytes),
  };
}

/** Has so many hosts join as a real one does, and starts their executors in a few processes. */
export async function startHollowFleet(client: Client, url: string, size: number): Promise<HollowFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-hollow-'));
  const orders: HollowOrder[] = [];
  for (let from = 0; from < size; from += AT_ONCE)
    orders.push(
      ...(await Promise.all(Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, i) => joined(client, url, folder, from + i)))),
    );
  const processes = Array.from({ length: PROCESSES }, () => new HollowProcess(HEAP_MB));
  await Promise.all(processes.map((one, at) => one.ask({ do: 'start', nodes: orders.filter(({ number }) => number % PROCESSES === at) })));
  let next = size;
  return {
    pids: processes.map(({ pid }) => pid),
    size,
    tell: async () => together(await Promise.all(processes.map((one) => one.ask({ do: 'tell' })))),
    async add() {
      const number = next++;
      const order = await joined(client, url, folder, number);
      await processes[number % PROCESSES]?.ask({ do: 'start', nodes: [order] });
      return number;
    },
    async stop() {
      await Promise.all(processes.map((one) => one.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
