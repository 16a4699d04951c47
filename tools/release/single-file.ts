import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';

/** The small programs that an executor starts, as their own processes, and what they are made of. */
const PROGRAMS = {
  'echo-server.mjs': 'apps/node-executor/src/echo-server.ts',
  'send-packet.mjs': 'libs/host/src/trace/send-packet.ts',
} as const;

/** How a checkout bundles its executor. */
async function bundling(tree: string): Promise<RolldownOptions> {
  const { default: all } = (await import(pathToFileURL(join(tree, 'apps/node-executor/rolldown.config.ts')).href)) as {
    readonly default: readonly RolldownOptions[];
  };
  if (all[0] === undefined) throw new Error('the executor has no bundle');
  return all[0];
}

/** The text of a program in one file, bundled as the executor is. */
async function bundled(how: RolldownOptions, input: string, define: Readonly<Record<string, string>> = {}): Promise<string> {
  const build = await rolldown({ ...how, input, transform: { define } });
  const { file: _file, ...output } = how.output as OutputOptions;
  const made = await build.generate(output);
  await build.close();
  return made.output[0].code;
}

/** Builds the executor of a checkout as one file that needs nothing but Node.js: the programs it starts are in it as texts. */
export async function singleFile(tree: string, file: string): Promise<void> {
  const how = await bundling(tree);
  const texts = await Promise.all(Object.entries(PROGRAMS).map(async ([name, source]) => [name, await bundled(how, join(tree, source))]));
  const code = await bundled(how, join(tree, 'apps/node-executor/src/single-file.ts'), {
    PROGRAMS: JSON.stringify(Object.fromEntries(texts)),
  });
  await writeFile(file, `#!/usr/bin/env node\n${code.replace(/^#!.*\n/, '')}`);
  await chmod(file, 0o755);
}
