import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeeds } from '../run-command.ts';
import { ReleaseError } from './arguments.ts';

/** Older ones lack what the SDK is written in (es2024). */
const NODE = '>=22';

/** What is read of package.json. */
interface Root {
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What is read of nx.json: which packages the SDK may import, and so needs. */
interface ImportRules {
  readonly importConstraints: readonly { readonly tag: string; readonly onlyNpm?: readonly string[] }[];
}

/** What npm is told of the SDK; packages that it needs are those that it was tested with, and what is compatible with them. */
async function manifest(tree: string, version: string): Promise<object> {
  const json = async (place: string): Promise<unknown> => JSON.parse(await readFile(join(tree, place), 'utf8'));
  const { license, dependencies } = (await json('package.json')) as Root;
  const { importConstraints } = (await json('nx.json')) as ImportRules;
  const needed = importConstraints.find(({ tag }) => tag === 'layer:sdk')?.onlyNpm ?? [];
  return {
    name: '@weft/sdk',
    version,
    description: 'The API of weft as a typed client, for Node.js and browsers.',
    license,
    type: 'module',
    exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' } },
    files: ['lib', 'examples'],
    sideEffects: false,
    engines: { node: NODE },
    dependencies: Object.fromEntries(needed.map((name) => [name, `^${dependencies[name]}`])),
  };
}

/**
 * Packs the SDK of a checkout as a package that npm installs: ES modules with their types. Returns the name of its file in the folder.
 *
 * @throws ReleaseError
 */
export async function sdkPackage(tree: string, folder: string, version: string): Promise<string> {
  const [sdk, staging] = [join(tree, 'libs/sdk'), await mkdtemp(join(tmpdir(), 'weft-sdk-'))];
  const printed: string[] = [];
  const must = async (argv: readonly string[]) => {
    if (!(await succeeds(argv, (text) => printed.push(text)))) throw new ReleaseError(`the SDK cannot be packed:\n${printed.join('')}`);
  };
  try {
    await must([join(tree, 'node_modules/.bin/tsc'), '-p', join(sdk, 'tsconfig.package.json'), '--outDir', join(staging, 'lib')]);
    await writeFile(join(staging, 'package.json'), `${JSON.stringify(await manifest(tree, version), null, 2)}\n`);
    await Promise.all([
      cp(join(sdk, 'examples'), join(staging, 'examples'), { recursive: true }),
      copyFile(join(sdk, 'README.md'), join(staging, 'README.md')),
      copyFile(join(tree, 'LICENSE'), join(staging, 'LICENSE')),
    ]);
    await must(['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder, staging]);
  } finally {
    await rm(staging, { recursive: true });
  }
  return `weft-sdk-${version}.tgz`;
}
