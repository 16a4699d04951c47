import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Program, programIn } from './processes.ts';

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

/**
 * The control plane of the version before, or of the commit that WEFT_UPGRADE_FROM names, built from git in a folder of its own with the migrations
 * of then; some ten seconds. Needs git; in a clone without history it is the version of today. `admin` is the administrator's token.
 */
export async function buildPrevious(admin: string): Promise<Program & { readonly commit: string }> {
  const commit = await git('rev-parse', process.env.WEFT_UPGRADE_FROM ?? (await previousCommit()));
  const tree = await mkdtemp(join(tmpdir(), 'weft-previous-'));
  const archive = join(tree, 'tree.tar');
  await git('archive', '--output', archive, commit);
  await run('tar', ['-x', '-f', archive, '-C', tree]);
  await linkPackages(tree);
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  await run('npm', ['run', 'generate'], { cwd: join(tree, 'libs/store'), env });
  await run('npm', ['run', 'build'], { cwd: join(tree, 'apps/control-plane'), env });
  const program = await programIn(join(tree, 'apps/control-plane/dist'), admin);
  return {
    ...program,
    commit,
    async remove() {
      await program.remove();
      await rm(tree, { recursive: true, force: true });
    },
  };
}
