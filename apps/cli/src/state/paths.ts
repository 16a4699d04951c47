import { join, resolve } from 'node:path';

/** Where a local fleet keeps everything. */
export const DEFAULT_STATE = '/var/lib/weft';

/** The files of one local fleet. Nothing outside its directory is written. */
export interface StatePaths {
  readonly directory: string;
  /** What runs now, see run-record.ts. */
  readonly runRecord: string;
  readonly adminToken: string;
  /** What checkpoints of the records are signed with. */
  readonly checkpointKey: string;
  /** Data of the embedded Postgres and Redis. */
  readonly servers: string;
  readonly logs: string;
  readonly nodes: string;
}

/** The directory that was asked for: the option, else WEFT_STATE, else the default. */
export const stateDirectory = (option: string | undefined, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(option ?? (env.WEFT_STATE || DEFAULT_STATE));

/** The files below a state directory. */
export const statePaths = (directory: string): StatePaths => ({
  directory,
  runRecord: join(directory, 'run.json'),
  adminToken: join(directory, 'admin-token'),
  checkpointKey: join(directory, 'checkpoint.key'),
  servers: join(directory, 'servers'),
  logs: join(directory, 'log'),
  nodes: join(directory, 'nodes'),
});

/** The directory of one lab node: its credential, and what its executor keeps. */
export const nodePaths = (paths: StatePaths, node: string) => ({
  directory: join(paths.nodes, node),
  credential: join(paths.nodes, node, 'credential'),
  settings: join(paths.nodes, node, 'settings.env'),
  state: join(paths.nodes, node, 'state'),
});
