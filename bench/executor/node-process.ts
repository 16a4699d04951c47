import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXECUTOR_BUNDLE, NODE_ENVIRONMENT, NODE_OPTIONS } from './bundle.ts';

const PORT = 9_464;
const DEADLINE_MS = 120_000;
const LOOK_EVERY_MS = 5;

/** Where nobody answers. */
const NOWHERE = 'http://127.0.0.1:1';

/** A real executor that starts from what it finds in `folder`; without a control plane unless one is named. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #startedAt = performance.now();
  #said = '';

  constructor(folder: string, controlPlaneUrl: string = NOWHERE) {
    this.#child = spawn(process.execPath, [...NODE_OPTIONS, EXECUTOR_BUNDLE, 'run'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...NODE_ENVIRONMENT,
        PATH: process.env.PATH,
        WEFT_URL: controlPlaneUrl,
        WEFT_CREDENTIAL_FILE: join(folder, 'credential'),
        WEFT_STATE_DIR: join(folder, 'state'),
        WEFT_NODE_ADDRESS: '192.0.2.1/24',
        WEFT_METRICS_LISTEN: `127.0.0.1:${PORT}`,
      },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
      });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Milliseconds from its start until it says that the host is as wanted. Throws Error when it does not come to that. */
  async inSync(): Promise<number> {
    for (;;) {
      const took = performance.now() - this.#startedAt;
      const status = await fetch(`http://127.0.0.1:${PORT}/healthz`).then(
        (answer) => answer.json() as Promise<{ lastConvergedAt: unknown }>,
        () => null,
      );
      if (typeof status?.lastConvergedAt === 'number') return performance.now() - this.#startedAt;
      if (took > DEADLINE_MS || this.#child.exitCode !== null) throw new Error(`the executor is not in sync: ${this.#said}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Ends it; the rules stay. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}
