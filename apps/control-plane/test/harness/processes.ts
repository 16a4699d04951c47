import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@weft/testing';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';
import bundling from '../../rolldown.config.ts';
import { Api } from './api.ts';
import type { Undocumented } from './document-check.ts';

type Environment = Readonly<Record<string, string>>;

/** What a process that ended by itself has said. */
export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** A control plane that is a process of its own. */
export interface PlaneProcess {
  readonly api: Api;
  /** Ends it like a power cut, and starts it again at the same address. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** What it has logged since it was started last. */
  log(): string;
  pid(): number;
}

/** The program, bundled from the sources as they are. */
export interface Program {
  readonly admin: string;
  /** Starts `serve` and resolves when it is ready, by `isReady` where the usual question cannot be asked. */
  serve(environment: Environment, isReady?: (url: string) => Promise<boolean>): Promise<PlaneProcess>;
  /** Runs a command that ends by itself. */
  run(command: string, environment: Environment): Promise<Ended>;
  /** Ends every process and removes the bundle. Throws Error with what a control plane said that had ended by itself. */
  remove(): Promise<void>;
}

/** A TCP port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The program that a folder has the bundle of, as `main.mjs`; `admin` is the administrator's token, and `against` what its answers are held against where that is not the
 * committed document. The folder goes when the program is removed.
 */
export async function programIn(directory: string, admin = randomBytes(24).toString('hex'), against?: Undocumented): Promise<Program> {
  const tokenFile = join(directory, 'token');
  await writeFile(tokenFile, admin, { mode: 0o600 });
  const children = new Set<ChildProcess>();
  const logs = new Map<ChildProcess, string>();
  const crashes: string[] = [];

  const launch = (command: string, environment: Environment): ChildProcess => {
    const child = spawn(process.execPath, [join(directory, 'main.mjs'), command], {
      env: { WEFT_ADMIN_TOKEN_FILE: tokenFile, WEFT_LOG: 'silent', WEFT_REQUESTS_PER_SECOND: '100000', ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.add(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => logs.set(child, (logs.get(child) ?? '') + text));
    child.once('exit', () => children.delete(child));
    return child;
  };
  const kill = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  return {
    admin,
    async serve(environment, isReady = async (url) => (await fetch(`${url}/readyz`)).ok) {
      const port = await freePort();
      const scheme = environment.WEFT_TLS_CERT_FILE === undefined ? 'http' : 'https';
      const api = new Api(`${scheme}://127.0.0.1:${port}`, admin, against);
      const start = async () => {
        const child = launch('serve', { ...environment, WEFT_LISTEN: `127.0.0.1:${port}` });
        child.once('close', (code) => {
          if (code !== null && code !== 0) crashes.push(`${api.url} ended with ${code}: ${logs.get(child) ?? ''}`);
        });
        await eventually('a control plane that is ready', () => isReady(api.url), { withinMs: 40_000 });
        return child;
      };
      let child = await start();
      return {
        api,
        kill: () => kill(child),
        async restart() {
          await kill(child);
          child = await start();
        },
        log: () => logs.get(child) ?? '',
        pid: () => child.pid ?? 0,
      };
    },
    async run(command, environment) {
      const child = launch(command, environment);
      await once(child, 'close');
      return { code: child.exitCode, stderr: logs.get(child) ?? '' };
    },
    async remove() {
      await Promise.all([...children].map(kill));
      await rm(directory, { recursive: true, force: true });
      if (crashes.length > 0) throw new Error(crashes.join('\n'));
    },
  };
}

/** Bundles the control plane as its build does, into a directory of its own with the migrations beside it; about two seconds. */
export async function bundleProgram(admin?: string): Promise<Program> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-program-'));
  for (const { output, ...input } of bundling as readonly RolldownOptions[]) {
    const bundle = await rolldown({ ...input, cwd: join(import.meta.dirname, '../..') });
    await bundle.write({ ...output, dir: directory } as OutputOptions);
    await bundle.close();
  }
  // It looks for the migrations above itself.
  await symlink(join(import.meta.dirname, '../../../../prisma'), join(directory, 'prisma'));
  return await programIn(directory, admin);
}
