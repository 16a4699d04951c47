import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROTOCOL } from '@weft/model';
import { kept } from '../../apps/node-executor/src/identity/credential.ts';
import { CredentialFile } from '../../apps/node-executor/src/identity/credential-file.ts';
import { identityApi } from '../../apps/node-executor/src/identity/identity-api.ts';
import { newReceiptKey, publicReceiptKey } from '../../apps/node-executor/src/identity/receipt-key.ts';
import type { Client } from '../api/client.ts';
import { AppliedLog } from './applied-log.ts';
import { hollowFacts } from './hollow-ports.ts';
import type { HollowNews, HollowOrder, HollowRequest, HollowTotals } from './protocol.ts';

/** Hollow nodes that run against a control plane. */
export interface HollowFleet {
  readonly pids: readonly number[];
  /** How many it began with. */
  readonly size: number;
  /** How many there are with those that were added. */
  readonly joined: number;
  /** What they have made true, as far as they have told. */
  readonly log: AppliedLog;
  /** Has all of them tell what they have seen. Throws Error when one has failed since the last time. */
  tell(): Promise<HollowTotals>;
  /** Has one more host join and run, which is programmed, in a process of its own that has started before. Returns its number, and when it began to join, in ms since 1970. */
  add(): Promise<{ readonly number: number; readonly from: number }>;
  stop(): Promise<void>;
}

/** How many hosts join at a time. */
const AT_ONCE = 16;

/** So many nodes are started each second: a control plane asks its database about 100 unknown callers of one address a second, and whoever is sent away comes back ever later. */
const STARTED_AT_ONCE = 80;
const START_EVERY_MS = 1_000;

/** Processes of nodes on paper: one for each core of the machine that the promises are about. */
const ON_PAPER = 2;

/** So many nodes of a fleet program their hosts, in a process of their own, and the others do so on paper: a thousand tables of ten thousand services each are no machine's. */
const WHOLE = 2;

/** Failures are told as far as they can be read. */
const FAILURES_TOLD = 5;

async function joined(client: Client, url: string, folder: string, number: number, onPaper: boolean): Promise<HollowOrder> {
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
  return { number, url, credentialFile, stateDir: join(folder, name), onPaper };
}

const HEAP_MB = 8_000;
/** What hundreds of nodes make and forget at once lives longer than a single node's, and is not to be moved about meanwhile. */
const YOUNG_MB = 128;

/** A process of hollow nodes; one request is under way at a time. */
class HollowProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;
  #answer: (news: HollowNews) => void = () => undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `heard`: called with all that it tells, whoever has asked. */
  constructor(number: number, heard: (news: HollowNews) => void) {
    const profile = process.env.WEFT_BENCH_PROFILE;
    const execArgv = [
      `--max-old-space-size=${HEAP_MB}`,
      `--max-semi-space-size=${YOUNG_MB}`,
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=hollow-${number}.cpuprofile`]),
    ];
    this.#child = fork(join(import.meta.dirname, 'process.ts'), { execArgv, serialization: 'advanced' });
    this.#child.on('message', (news: HollowNews) => {
      heard(news);
      this.#answer(news);
    });
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

function together(all: readonly HollowTotals[]): HollowTotals {
  const sum = (of: (news: HollowTotals) => number) => all.reduce((total, news) => total + of(news), 0);
  return {
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
      ...(await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, size - from) }, (_, i) => joined(client, url, folder, from + i, from + i >= WHOLE)),
      )),
    );
  const log = new AppliedLog();
  const failures: string[] = [];
  const heard = (news: HollowNews) => {
    log.take(news.applied);
    failures.push(...news.failures);
  };
  const whole = new HollowProcess(0, heard);
  const onPaper = Array.from({ length: ON_PAPER }, (_, number) => new HollowProcess(number + 1, heard));
  const processes = [whole, ...onPaper];
  await whole.ask({ do: 'start', nodes: orders.slice(0, WHOLE) });
  for (let from = WHOLE; from < orders.length; from += STARTED_AT_ONCE) {
    const some = orders.slice(from, from + STARTED_AT_ONCE);
    await Promise.all(onPaper.map((one, at) => one.ask({ do: 'start', nodes: some.filter(({ number }) => number % ON_PAPER === at) })));
    if (from + STARTED_AT_ONCE < orders.length) await pause(START_EVERY_MS);
  }
  let next = size;
  return {
    ...{ size, log },
    get pids() {
      return processes.map(({ pid }) => pid);
    },
    get joined() {
      return next;
    },
    async tell() {
      const totals = together(await Promise.all(processes.map((one) => one.ask({ do: 'tell' }))));
      const failed = failures.splice(0);
      if (failed.length > 0) throw new Error(failed.slice(0, FAILURES_TOLD).join('\n'));
      return totals;
    },
    async add() {
      const number = next++;
      // The nodes that are whole take in that it is there, and it does not wait for that.
      const own = new HollowProcess(processes.length, heard);
      processes.push(own);
      await own.ask({ do: 'tell' });
      const from = performance.timeOrigin + performance.now();
      await own.ask({ do: 'start', nodes: [await joined(client, url, folder, number, false)] });
      return { number, from };
    },
    async stop() {
      await Promise.all(processes.map((one) => one.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
