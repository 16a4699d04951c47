import { stopSignal, superviseInBackground } from '../fleet/background.ts';
import { urlOf } from '../fleet/fleet.ts';
import type { FleetOptions } from '../fleet/options.ts';
import { type Progress, supervise } from '../fleet/supervise.ts';
import { stateDirectory, statePaths } from '../state/paths.ts';
import { readRun } from '../state/run-record.ts';
import { progressOn } from '../terminal/progress.ts';

/** Options of `weft up`, as they come from the command line. */
export interface UpOptions extends FleetOptions {
  readonly detach: boolean;
  readonly state?: string;
}

/** Starts a fleet and stays, or returns when it is ready (`detach`). When one is up already, says so. */
export async function up({ detach, state, ...options }: UpOptions): Promise<void> {
  const paths = statePaths(stateDirectory(state));
  const running = await readRun(paths);
  if (running !== null) {
    console.log(`already up: ${running.url}, ${running.nodes} lab nodes, state in ${paths.directory} (./weft down stops it)`);
    return;
  }
  const progress: Progress = progressOn(process.stderr);
  if (detach) {
    await superviseInBackground(options, paths, progress);
    console.log(`up: ${urlOf(options)} — eval "$(./weft env)" for curl, ./weft status, ./weft down`);
    return;
  }
  const ready = () => {
    progress.ready();
    console.log(`up: ${urlOf(options)} — Ctrl-C stops it`);
  };
  await supervise(options, paths, { ...progress, ready }, stopSignal());
}
