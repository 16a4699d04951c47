import { mkdir, mkdtemp, readdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, succeeds } from '../run-command.ts';
import { ReleaseError } from './arguments.ts';
import { git, gitIn } from './git.ts';

/** A second checkout of the newest commit, in which a release comes about. */
export interface WorkTree {
  readonly directory: string;
  /** Commits everything that was changed in it, and returns the commit's name. */
  commit(subject: string): Promise<string>;
  /** Builds every program. Throws ReleaseError. */
  build(): Promise<void>;
  /** Makes a commit of this tree the newest of the checkout that it came from, and tags it. */
  publish(commit: string, tag: string): Promise<void>;
  remove(): Promise<void>;
}

/** Packages are those of this checkout; what is ours is taken from the tree. */
async function linkPackages(tree: string): Promise<void> {
  const [packages, own] = [join(root, 'node_modules'), join(tree, 'node_modules')];
  await mkdir(join(own, '@weft'), { recursive: true });
  for (const name of await readdir(packages)) if (name !== '@weft') await symlink(join(packages, name), join(own, name));
  for (const folder of ['apps', 'libs'])
    for (const name of await readdir(join(tree, folder))) await symlink(join(tree, folder, name), join(own, '@weft', name));
}

/** What is made before the programs, and the programs. */
const BUILDS = [
  ['libs/store', 'generate'],
  ['apps/control-plane', 'build'],
  ['apps/node-executor', 'build'],
  ['apps/cli', 'build'],
  ['apps/console', 'build'],
] as const;

/** Makes a work tree of the newest commit, with the packages of this checkout. */
export async function startTree(): Promise<WorkTree> {
  const directory = join(await mkdtemp(join(tmpdir(), 'weft-release-')), 'tree');
  await git('worktree', 'add', '--detach', directory, 'HEAD');
  await linkPackages(directory);
  return {
    directory,
    async commit(subject) {
      await gitIn(directory, 'commit', '--all', '--quiet', '--message', subject);
      return gitIn(directory, 'rev-parse', 'HEAD');
    },
    async build() {
      for (const [place, script] of BUILDS) {
        const printed: string[] = [];
        if (!(await succeeds(['npm', '--prefix', join(directory, place), 'run', script], (text) => printed.push(text))))
          throw new ReleaseError(`${place} does not build:\n${printed.join('')}`);
      }
    },
    async publish(commit, tag) {
      await git('merge', '--ff-only', '--quiet', commit);
      await git('tag', '--annotate', '--message', tag, tag, commit);
    },
    async remove() {
      await git('worktree', 'remove', '--force', directory);
    },
  };
}
