import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '../../src/repository.ts';

const SOURCES = join(repositoryRoot(), 'apps/cli/src');

/** What costs tens of milliseconds to load: zod and everything that is a resource, the logger with its metrics, whatever runs commands, the parser of YAML. */
const HEAVY = /^(@weft\/(model|telemetry|host|testing)|yaml|execa)$/;

/** Commands that have more to do than to start: they run a fleet, or verify every hash of a record. */
const MAY_TAKE_TIME = ['up', 'down', 'demo', 'lab-exec', 'audit-verify'];

/** What a file imports as it is loaded; types are gone by then, and what is imported later is not loaded yet. */
const importsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^import (?!type )[^;]*?'([^']+)';$/gm)]
    .filter(([statement]) => !/^import \{ (type [\w ]+,? ?)+\}/.test(statement))
    .map(([, from = '']) => from);

/** The heavy ones among all that is loaded with a file, and through whom. */
function heavyIn(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  return importsOf(file).flatMap((from) => {
    if (HEAVY.test(from)) return [`${from} in ${file.slice(SOURCES.length + 1)}`];
    return from.startsWith('.') && existsSync(join(dirname(file), from)) ? heavyIn(join(dirname(file), from), seen) : [];
  });
}

const commands = [...readFileSync(join(SOURCES, 'program/program.ts'), 'utf8').matchAll(/'(\.\/[\w-]+\.ts)'/g)].flatMap(([, file = '']) =>
  Array.from(
    readFileSync(join(SOURCES, 'program', file), 'utf8').matchAll(/import\('\.\.\/commands\/([\w-]+)\.ts'\)/g),
    ([, name = '']) => name,
  ),
);

it('knows the commands', () => {
  expect(new Set(commands).size).toBeGreaterThan(20);
});

it.each([...new Set(commands)].filter((name) => !MAY_TAKE_TIME.includes(name)))('%s begins without what takes time to load', (name) => {
  expect(heavyIn(join(SOURCES, 'commands', `${name}.ts`))).toEqual([]);
});

it('begins without it, whatever the command', () => {
  expect(heavyIn(join(SOURCES, 'main.ts'))).toEqual([]);
});
