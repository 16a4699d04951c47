import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, runCommand } from '@weft/host';
import { eventually, findLab, type Lab } from '@weft/testing';
import { type FleetApi, fleetApi, type Node, type Pod, type Service } from '../../src/api/fleet-api.ts';
import { freePort } from '../../src/fleet/preflight.ts';
import { repositoryRoot } from '../../src/repository.ts';
import { type StatePaths, statePaths } from '../../src/state/paths.ts';
import { type RunRecord, readRun } from '../../src/state/run-record.ts';

/** A fleet that is run through the command line alone, as a user would. */
export class LocalFleet {
  readonly paths: StatePaths;
  readonly #port: number;
  readonly #program: string;

  private constructor(paths: StatePaths, port: number, program: string) {
    this.paths = paths;
    this.#port = port;
    this.#program = program;
  }

  /** A place for a fleet of the programs that are built in a checkout; nothing runs yet. */
  static async place(root = repositoryRoot()): Promise<LocalFleet> {
    const directory = await mkdtemp(join(tmpdir(), 'weft-fleet-'));
    return new LocalFleet(statePaths(directory), await freePort('127.0.0.1'), join(root, 'apps/cli/dist/main.mjs'));
  }

  /** Runs `weft …` on this fleet's state directory. */
  weft(...args: string[]): Promise<CommandResult> {
    const at = args.indexOf('--');
    const own = at < 0 ? args : args.slice(0, at);
    const command = at < 0 ? [] : args.slice(at);
    const state = ['--state', this.paths.directory];
    const placed = own[0] === 'lab' ? ['lab', 'exec', ...state, ...own.slice(2)] : [...own, ...state];
    return runCommand({ argv: [process.execPath, this.#program, ...placed, ...command], timeoutMs: 110_000 });
  }

  async up(nodes: number): Promise<void> {
    const result = await this.weft('up', '--lab', `${nodes}`, '--detach', '--port', `${this.#port}`);
    if (result.exitCode !== 0) throw new Error(`up: ${result.stdout}${result.stderr}`);
  }

  async run(): Promise<RunRecord> {
    const run = await readRun(this.paths);
    if (run === null) throw new Error('nothing runs');
    return run;
  }

  async api(): Promise<FleetApi> {
    return fleetApi(`http://127.0.0.1:${this.#port}`, await this.#token());
  }

  async lab(): Promise<Lab> {
    const lab = await findLab(this.paths.directory);
    if (lab === null) throw new Error('there is no lab');
    return lab;
  }

  /** Calls the API and waits until every node has what it asks for. Throws when the API refuses. */
  async call<T>(method: string, path: string, body?: { readonly name?: string; readonly [field: string]: unknown }): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#token()}`,
        prefer: 'wait=30',
        'if-match': '*',
        // A creation that was committed but not answered gives its answer the next time.
        ...(body?.name === undefined ? {} : { 'idempotency-key': `${method} ${path} ${body.name}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  createPod(name: string, node: string, app: string): Promise<Pod> {
    return this.call('POST', '/pods', { name, node, labels: { app }, ports: [{ containerPort: 8080 }], runtime: { type: 'echo' } });
  }

  createService(name: string, app: string, nodePort?: number): Promise<Service> {
    const port = { port: 80, targetPort: 8080, ...(nodePort === undefined ? {} : { nodePort }) };
    return this.call('POST', '/services', {
      name,
      selector: { app },
      type: nodePort === undefined ? 'ClusterIP' : 'NodePort',
      ports: [port],
    });
  }

  /** All nodes, once all of them are Ready at the newest revision. */
  async converged(withinMs = 30_000): Promise<Node[]> {
    const api = await this.api();
    const look = async () => {
      const nodes = await api.nodes();
      return nodes.length > 0 && nodes.every((node) => node.status.phase === 'Ready') ? nodes : null;
    };
    return await eventually('all nodes Ready', look, { withinMs, everyMs: 100 });
  }

  async #token(): Promise<string> {
    return (await readFile(this.paths.adminToken, 'utf8')).trim();
  }
}

/** What a machine has of its own network: it must be the same before and after. */
export async function machineNetwork(): Promise<readonly string[]> {
  const listings: [string, ...string[]][] = [
    ['nft', 'list', 'ruleset'],
    ['iptables-save'],
    ['ip', '-json', 'address'],
    ['ip', 'route', 'show', 'table', 'all'],
  ];
  const texts = await Promise.all(listings.map(async (argv) => (await runCommand({ argv })).stdout));
  // Comments carry the time, and leased addresses count down.
  return texts.map((text) => text.replaceAll(/^#.*\n/gm, '').replaceAll(/"(valid|preferred)_life_time":\d+/g, ''));
}
