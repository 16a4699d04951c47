import { findLab, type Lab } from '@weft/testing';
import { findAccess } from '../api/connect.ts';
import { fleetApi } from '../api/fleet-api.ts';
import { perform } from '../demo/perform.ts';
import { raise } from '../demo/stage.ts';
import { NODE_PORT } from '../demo/traffic.ts';
import { superviseInBackground } from '../fleet/background.ts';
import { freePort } from '../fleet/preflight.ts';
import { purge, stopFleet } from '../fleet/stop.ts';
import { stateDirectory, statePaths } from '../state/paths.ts';
import { progressOn } from '../terminal/progress.ts';
import { paintFor } from '../terminal/style.ts';

/** Options of `weft demo`. */
export interface DemoOptions {
  /** Tear everything down afterwards, and fail when anything shown was wrong. */
  readonly exit: boolean;
  readonly state: string;
}

const NODES = 3;

/** What a shell makes of SIGINT. */
const INTERRUPTED = 130;

/**
 * Shows everything, end to end, on this machine: a fleet of its own in a state directory of its own, so that it disturbs no other. What an
 * earlier demo left is removed first.
 */
export async function demo({ exit, state }: DemoOptions): Promise<void> {
  const startedAt = performance.now();
  const paint = paintFor(process.stdout);
  const paths = statePaths(stateDirectory(state));
  const interrupted = Promise.withResolvers<'interrupted'>();
  let silent = false;
  const print = (line: string) => {
    if (!silent) console.log(line);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.resolve('interrupted'));
  const remove = async () => {
    await stopFleet(paths);
    await purge(paths);
  };
  await remove();
  let outcome: 'broken' | 'wrong' | 'right' = 'broken';
  try {
    console.log(paint('bold', '\nA fleet of three nodes, on this machine'));
    await superviseInBackground({ nodes: NODES, port: await freePort('127.0.0.1') }, paths, progressOn(process.stdout));
    const { url, token } = await findAccess(state);
    const lab = await findLab(paths.directory);
    if (lab === null) throw new Error('the lab is gone');
    const stage = raise({ lab, url, token, paint, print });
    for (const node of await fleetApi(url, token).nodes()) stage.nodes.set(node.name, node);
    if ((await Promise.race([perform(stage, { print, paint }), interrupted.promise])) === 'interrupted') {
      silent = true;
      console.error('\ninterrupted; removing everything');
      await remove();
      process.exit(INTERRUPTED);
    }
    const { shown, wrong } = stage.count;
    outcome = wrong === 0 ? 'right' : 'wrong';
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    const verdict = wrong === 0 ? paint('green', `all ${shown} checks are right`) : paint('red', `${wrong} of ${shown} checks are wrong`);
    console.log(`\n${paint('bold', 'In all:')} ${verdict}, in ${seconds} s`);
    if (wrong > 0) process.exitCode = 1;
    if (!exit) console.log(playOn(paths.directory, lab).join('\n'));
  } finally {
    if (exit || outcome === 'broken') await stopFleet(paths);
    if (exit && outcome === 'right') await purge(paths);
    if (outcome !== 'right') console.error(`weft: the logs are in ${paths.logs}`);
  }
}

const playOn = (directory: string, lab: Lab): string[] => [
  '',
  'The fleet stays up. Play on:',
  `  export WEFT_STATE=${directory}`,
  '  ./weft status',
  '  eval "$(./weft env)"; curl -s -H "Authorization: Bearer $WEFT_TOKEN" $WEFT_URL/services',
  `  ./weft lab exec client -- curl -s http://${lab.hosts.find(({ role }) => role === 'node')?.address}:${NODE_PORT}/`,
  '  ./weft lab exec pod/pod-1 -- ip address',
  '  ./weft down',
];
