// `./weft release X.Y.Z [--dry-run]`: the next version, built from what is committed, in a work tree of its own; nothing of this one changes until all of it stands.
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ReleaseError, wantedRelease } from './release/arguments.ts';
import { pack } from './release/pack.ts';
import { startTree } from './release/work-tree.ts';
import { writeVersion } from './release/write-version.ts';
import { root } from './run-command.ts';

const say = (line: string) => console.error(`weft: ${line}`);

async function release(): Promise<void> {
  const { version, dryRun } = await wantedRelease(process.argv.slice(2));
  const folder = join(root, '.weft/releases', version);
  const tree = await startTree();
  try {
    say(`writing ${version} down: versions, CHANGELOG.md, openapi/released.json`);
    await writeVersion(tree, version);
    const commit = await tree.commit(`release: ${version}`);
    say('building');
    await tree.build();
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const file of await pack(tree.directory, folder, version)) console.log(relative(process.cwd(), join(folder, file)));
    if (dryRun) say(`a dry run: ${version} is packed, and neither committed nor tagged`);
    else {
      await tree.publish(commit, `v${version}`);
      say(`committed and tagged as v${version}; now: git push --follow-tags, and put the files above where people find them`);
    }
  } finally {
    await tree.remove();
  }
}

try {
  await release();
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
