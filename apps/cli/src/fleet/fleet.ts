import { type ChildProcess, runCommand, startPostgres, startRedis } from '@weft/host';
import type { Backend } from '@weft/model';
import { createLab, destroyLab, type Lab } from '@weft/testing';
import { fleetApi } from '../api/fleet-api.ts';
import { bundleOf } from '../repository.ts';
import type { StatePaths } from '../state/paths.ts';
import { InterruptedError, UserError } from '../user-error.ts';
import { joinLabNode } from './join.ts';
import { keep, type Service } from './keep.ts';
import { nodesReady, registerNodes } from './nodes.ts';
import type { FleetOptions } from './options.ts';
import { checkLab, checkPort, freePort } from './preflight.ts';
import { controlPlane, type Environment, executor } from './services.ts';

/** How a starting and running fleet tells what happens. */
export interface FleetEvents {
  /** A step of the start is done. */
  readonly done: (what: string) => void;
  /** Something that was to run ended, and what is done about it. */
  readonly lost: (what: string) => void;
  /** A program runs under this process id. */
  readonly process: (name: string, pid: number) => void;
}

/** A running local fleet. */
export interface Fleet {
  /** Stops everything in order and removes the lab. Data stays. */
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';

/** Where the API of a local fleet is. */
export const urlOf = (options: FleetOptions): string => `http://${HOST}:${options.port}`;

/**
 * Starts a whole fleet on this machine: the lab, Postgres and Redis (embedded, or those of DATABASE_URL and REDIS_URL), the control plane,
 * and an executor on every lab node. Returns when every node has applied what it should. When a step fails, everything before it is undone.
 *
 * @param token the admin token that is in `paths.adminToken`
 * @param signal ends the start after the step that is under way
 * @throws UserError for what the person at the terminal can mend, InterruptedError when `signal` fired
 */
export async function startFleet(
  options: FleetOptions,
  paths: StatePaths,
  token: string,
  events: FleetEvents,
  signal: AbortSignal,
): Promise<Fleet> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const run: Run = async (service) => {
    stopWhen(signal);
    const kept = await keep(service, {
      started: events.process,
      lost: (name, why, pause) => events.lost(`${name}: ${why}; starting it again in ${pause / 1000} s`),
    });
    undo.push(kept.stop);
    return kept.first;
  };
  try {
    await checkPort(HOST, options.port);
    const lab = await buildLab(options, paths, events);
    if (lab !== null) undo.push(lab.destroy);
    const urls = await startServers(paths, lab, run);
    events.done(`Postgres and Redis ${urls.embedded ? 'of its own' : 'of yours'}`);

    const env: Environment = {
      DATABASE_URL: urls.database,
      REDIS_URL: urls.redis,
      WEFT_LISTEN: [HOST, ...(lab === null ? [] : [lab.machineAddress])].map((host) => `${host}:${options.port}`).join(','),
      WEFT_ADMIN_TOKEN_FILE: paths.adminToken,
      WEFT_CHECKPOINT_KEY_FILE: paths.checkpointKey,
      ...(lab !== null && { WEFT_NODE_REDIS_URL: urls.nodeRedis }),
    };
    await migrate(env);
    await run(controlPlane(paths, urlOf(options), env));
    events.done(`control plane at ${urlOf(options)}`);

    const api = fleetApi(urlOf(options), token);
    if (options.overlay !== undefined) await api.setOverlay(options.overlay);
    if (lab !== null) {
      const names = lab.hosts.filter((host) => host.role === 'node').map((host) => host.name);
      const nodeUrl = `http://${lab.machineAddress}:${options.port}`;
      const nodes = await registerNodes(api, names, options);
      await allOf(nodes.map((node) => joinLabNode(api, paths, lab, nodeUrl, node)));
      const nodeEnv = { WEFT_URL: nodeUrl };
      await allOf(names.map((name) => run(executor(paths, lab, name, nodeEnv))));
      await nodesReady(api, paths, names, signal);
      events.done(`${names.join(', ')} ready`);
    }
    stopWhen(signal);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function stopWhen(signal: AbortSignal): void {
  if (signal.aborted) throw new InterruptedError();
}

/** Waits for all of them, also when one fails: what is half started when the others are stopped would be left running. Throws the first failure. */
async function allOf<const Work extends readonly unknown[]>(work: Work): Promise<{ -readonly [I in keyof Work]: Awaited<Work[I]> }> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

/** What a node has whom nobody gave another: without it no lab can be. */
const DEFAULT_BACKEND: Backend = 'nftables';

async function buildLab(options: FleetOptions, paths: StatePaths, events: FleetEvents): Promise<Lab | null> {
  // What a crash left of an earlier lab.
  await destroyLab(paths.directory);
  if (options.nodes === 0) return null;
  await checkLab(options.backend ?? DEFAULT_BACKEND);
  const lab = await createLab({ id: paths.directory, nodes: options.nodes });
  events.done(`lab of ${options.nodes} nodes and a client, behind ${lab.link}`);
  return lab;
}

interface ServerUrls {
  readonly database: string;
  /** For the control plane, on this machine. */
  readonly redis: string;
  /** For executors, in the lab. */
  readonly nodeRedis: string;
  readonly embedded: boolean;
}

/** Keeps a program running until the fleet stops. */
type Run = <Child extends ChildProcess>(service: Service<Child>) => Promise<Child>;

async function startServers(paths: StatePaths, lab: Lab | null, run: Run): Promise<ServerUrls> {
  const { DATABASE_URL: database, REDIS_URL: redis } = process.env;
  if (lab !== null && redis && /^rediss?:\/\/([^@/]*@)?(localhost|127\.)/.test(redis))
    throw new UserError(
      'REDIS_URL names this machine’s loopback, which the hosts of a lab cannot reach: give another address of it, or unset it',
    );
  const redisPlace = lab === null ? {} : { hosts: [lab.machineAddress], port: await freePort(lab.machineAddress) };
  const [ownDatabase, ownRedis] = await allOf([
    database ? null : run({ name: 'postgres', start: () => startPostgres({ directory: paths.servers }) }),
    redis ? null : run({ name: 'redis', start: () => startRedis({ directory: paths.servers, ...redisPlace }) }),
  ]);
  return {
    database: ownDatabase?.url ?? database ?? '',
    redis: ownRedis?.socketUrl ?? redis ?? '',
    nodeRedis: ownRedis?.url ?? redis ?? '',
    embedded: ownDatabase !== null && ownRedis !== null,
  };
}

async function migrate(env: Environment): Promise<void> {
  const result = await runCommand({ argv: [process.execPath, bundleOf('control-plane'), 'migrate'], env });
  if (result.exitCode !== 0) throw new UserError(`the database could not be prepared: ${result.stderr.trim()}`);
}
