import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../../..');

/** A checkout may belong to somebody else than who tests it. */
const git = async (...args: readonly string[]) => (await run('git', ['-c', 'safe.directory=*', '-C', root, ...args])).stdout.trim();

/** The commit before the one that brought the newest migration: the version that a control plane of today is upgraded from. */
async function previousCommit(): Promise<string> {
  if ((await git('rev-parse', '--is-shallow-repository')) === 'true') {
    console.warn('this clone has no history (git fetch --unshallow): replicas of one version take turns, not of two');
    return 'HEAD';
  }
  return `${await git('log', '-1', '--format=%H', '--diff-filter=A', '--', 'prisma/migrations')}~1`;
}

/** Packages are those of today; what is ours is taken from the tree. */
async function linkPackages(tree: string): Promise<void> {
  const [packages, own] = [join(root, 'node_modules'), join(tree, 'node_modules')];
  await mkdir(join(own, '@weft'), { recursive: true });
  for (const name of await readdir(packages)) if (name !== '@weft') await symlink(join(packages, name), join(own, name));
  for (const folder of ['apps', 'libs'])
    for (const name of await readdir(join(tree, folder))) await symlink(join(tree, folder, name), join(own, '@weft', name));
}

/** The sources of the version before, in a folder of their own. */
export interface PreviousTree {
  readonly folder: string;
  readonly commit: string;
  /** Builds an app into its `dist`; some seconds. */
  build(app: 'cli' | 'control-plane' | 'node-executor'): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Takes the version before, or the commit that WEFT_UPGRADE_FROM names, from git, with the migrations of then; some seconds. Needs git; in a clone without history it is
 * the version of today.
 */
export async function unpackPrevious(): Promise<PreviousTree> {
  const commit = await git('rev-parse', process.env.WEFT_UPGRADE_FROM ?? (await previousCommit()));
  const folder = await mkdtemp(join(tmpdir(), 'weft-previous-'));
  const archive = join(folder, 'tree.tar');
  await git('archive', '--output', archive, commit);
  await run('tar', ['-x', '-f', archive, '-C', folder]);
  await linkPackages(folder);
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  const script = (name: string, project: string) => run('npm', ['run', name], { cwd: join(folder, project), env });
  await script('generate', 'libs/store');
  return {
    folder,
    commit,
    async build(app) {
      await script('build', `apps/${app}`);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
