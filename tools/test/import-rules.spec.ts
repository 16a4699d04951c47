import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'node_modules/.bin/depcruise');

/** A file that breaks one rule, and what the lint must say about it. */
const BROKEN: readonly { file: string; source: string; says: string }[] = [
  { file: 'libs/kernel/src/broken.ts', source: "import '../../store/src/index.ts';", says: 'layer:kernel may import only model of ours' },
  { file: 'libs/kernel/src/broken.ts', source: "import 'zod';", says: 'layer:kernel may use no npm package but none' },
  { file: 'libs/compiler/src/broken.ts', source: "import 'node:fs';", says: 'layer:compiler may use no Node built-in' },
  { file: 'libs/model/src/broken.ts', source: "import 'node:fs';", says: 'layer:model may use no Node built-in but crypto' },
  { file: 'libs/kernel/src/broken.ts', source: "import 'node:crypto';", says: 'layer:kernel may use no Node built-in but none' },
  { file: 'libs/model/src/broken.ts', source: "import 'fastify';", says: 'layer:model may use no npm package but zod' },
  { file: 'libs/telemetry/src/broken.ts', source: "import 'execa';", says: 'execa is imported only by libs/host' },
  { file: 'libs/telemetry/src/broken.ts', source: "import 'bullmq';", says: 'bullmq is imported only by libs/jobs' },
  { file: 'libs/jobs/src/broken.ts', source: "import '@prisma/client';", says: '@prisma is imported only by libs/store' },
  {
    file: 'apps/control-plane/src/broken.ts',
    source: "import '../../../libs/host/src/index.ts';",
    says: 'app:control-plane may import only',
  },
  {
    file: 'apps/node-executor/src/broken.ts',
    source: "import '../../../libs/store/src/index.ts';",
    says: 'app:node-executor may import only',
  },
  { file: 'libs/sdk/src/broken.ts', source: "import '../../model/src/index.ts';", says: 'layer:sdk may import only nothing of ours' },
];

let tree: string;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'weft-import-rules-'));
  for (const file of ['.dependency-cruiser.mjs', 'nx.json', 'tsconfig.base.json', 'package.json'])
    cpSync(join(root, file), join(tree, file));
  for (const manifest of globSync('{apps,libs}/*/package.json', { cwd: root })) {
    cpSync(join(root, manifest), join(tree, manifest));
    write(`${dirname(manifest)}/src/index.ts`, 'export {};');
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
});

afterAll(() => rmSync(tree, { recursive: true }));

function write(file: string, source: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), source);
}

function lint(): { ok: boolean; output: string } {
  try {
    return {
      ok: true,
      output: execFileSync(bin, ['apps', 'libs', '--config', '.dependency-cruiser.mjs'], { cwd: tree, encoding: 'utf8' }),
    };
  } catch (error) {
    return { ok: false, output: String((error as { stdout: unknown }).stdout) };
  }
}

test('a tree that keeps the rules passes', () => {
  expect(lint().output).toContain('no dependency violations found');
});

test.each(BROKEN)('$file with $source fails', ({ file, source, says }) => {
  write(file, source);
  try {
    const { ok, output } = lint();
    expect(output).toContain(says);
    expect(ok).toBe(false);
  } finally {
    rmSync(join(tree, file));
  }
});

test('an import cycle fails', () => {
  write('libs/model/src/a.ts', "import './b.ts'; export const a = 1;");
  write('libs/model/src/b.ts', "import './a.ts'; export const b = 1;");
  expect(lint().output).toContain('no import cycles');
  rmSync(join(tree, 'libs/model/src/a.ts'));
  rmSync(join(tree, 'libs/model/src/b.ts'));
});

test('a project without a known tag fails', () => {
  write('libs/stray/package.json', '{ "name": "@weft/stray" }');
  expect(lint().ok).toBe(false);
  rmSync(join(tree, 'libs/stray'), { recursive: true });
});
