import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DesiredState, DriftReport } from '@weft/model';
import { DesiredStore } from '../../src/disk/desired-store.ts';
import { asUnit } from './as-unit.ts';
import { leaveCredential } from './credential.ts';
import { NODE } from './objects.ts';
import { createOwnHost, type OwnHost } from './own-host.ts';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BUNDLE = join(PROJECT, 'dist/main.mjs');
const UNIT = join(PROJECT, '../../deploy/systemd/weft-node-executor.service');

/** Somebody else's rules; they must be the same before and after, byte for byte. */
export const FOREIGN =
  'table inet theirs {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport 22 accept\n\t}\n}\n';

/** Makes the bundle that is run. */
export async function makeBundle(): Promise<void> {
  await promisify(execFile)('rolldown', ['-c', 'rolldown.config.ts'], { cwd: PROJECT });
}

/** A real executor that runs. */
export interface RunningExecutor {
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  output(): string;
}

/** A host of a test's own at 192.0.2.1, with a folder for its executor, which reaches no control plane. */
export interface ExecutorHost extends OwnHost {
  readonly folder: string;
  /** What somebody else has there, as its tools show it. */
  foreign(): Promise<string>;
  /** What the node knew when it was last in touch with a control plane. */
  leave(desired: DesiredState): Promise<void>;
  /** Starts the executor. */
  execute(command: 'run' | 'cleanup' | 'leave', args?: readonly string[]): RunningExecutor;
  /** What it has noted of drift and could not tell. */
  drift(): Promise<readonly DriftReport[]>;
  destroy(): Promise<void>;
}

/** What somebody else has on a host: how it comes there, and how it is shown. */
export interface Foreign {
  readonly lay: (host: OwnHost) => Promise<unknown>;
  readonly show: (host: OwnHost) => Promise<string>;
}

/** A table of nftables. */
const TABLE: Foreign = {
  lay: (host) => host.must(['nft', '-f', '-'], FOREIGN),
  show: (host) => host.must(['nft', 'list', 'table', 'inet', 'theirs']),
};

/** Makes such a host, on which somebody else has something. Throws when the kernel refuses. */
export async function createExecutorHost(foreign: Foreign = TABLE): Promise<ExecutorHost> {
  const host = await createOwnHost();
  const folder = await mkdtemp(join(tmpdir(), 'weft-executor-host-'));
  await leaveCredential(join(folder, 'credential'));
  await foreign.lay(host);
  // With MAC addresses of its own choice every such host would be another.
  const [near, far] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'];
  await host.must(['ip', 'link', 'add', 'eth0', 'address', near, 'type', 'veth', 'peer', 'name', 'lan0', 'address', far]);
  await host.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
  await host.must(['ip', 'link', 'set', 'eth0', 'up']);
  await host.must(['ip', 'link', 'set', 'lan0', 'up']);
  const environment = {
    WEFT_URL: 'http://127.0.0.1:1',
    WEFT_CREDENTIAL_FILE: join(folder, 'credential'),
    WEFT_STATE_DIR: join(folder, 'state'),
    WEFT_NODE_ADDRESS: '192.0.2.1/24',
  };
  return {
    ...host,
    folder,
    foreign: () => foreign.show(host),
    async leave(desired) {
      const store = new DesiredStore(join(folder, 'state/desired'));
      await store.load();
      await store.keep({ nodeId: NODE.id, desired });
    },
    execute(command, args = []) {
      const child = host.start([...asUnit(UNIT), process.execPath, BUNDLE, command, ...args], environment);
      let text = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
      return { child, ended: once(child, 'close').then(([code]) => code), output: () => text };
    },
    async drift() {
      const text = await readFile(join(folder, 'state/drift/events.json'), 'utf8').catch(() => '{"events":[]}');
      return (JSON.parse(text) as { events: DriftReport[] }).events;
    },
    async destroy() {
      host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
