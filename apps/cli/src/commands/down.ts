import { purge, stopFleet } from '../fleet/stop.ts';
import { stateDirectory, statePaths } from '../state/paths.ts';

/** Stops the fleet of a state directory, also after a crash; with `purge` its data is removed too. */
export async function down(options: { readonly state?: string; readonly purge: boolean }): Promise<void> {
  const paths = statePaths(stateDirectory(options.state));
  const was = await stopFleet(paths);
  if (options.purge) await purge(paths);
  console.log(`${was ? 'down' : 'nothing was up'}${options.purge ? ', and everything it kept is removed' : ''}`);
}
