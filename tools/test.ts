// `./weft test [tier…]`: every check and every test, on real Postgres, Redis and kernel. The last line counts: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Count, countOf, sum, verdict } from './test-count.ts';

const root = join(import.meta.dirname, '..');
const strict = process.env.CI === 'true';
const reports = join(root, '.weft/test');

/** A check that passes or fails as one. */
interface Check {
  readonly name: string;
  readonly argv: readonly string[];
}

const CHECKS: readonly Check[] = [
  { name: 'formatting and lint', argv: ['biome', 'check', '.'] },
  { name: 'import rules', argv: ['depcruise', 'apps', 'libs', '--config', '.dependency-cruiser.mjs'] },
  { name: 'types', argv: ['nx', 'run-many', '-t', 'typecheck', '--outputStyle=static'] },
  { name: 'types of tools and benchmarks', argv: ['tsc', '-p', 'tools/tsconfig.json'] },
];

const TIERS = ['unit', 'kernel', 'server', 'lab'];

/** Runs a command in the repository's root with its output shown, and says whether it succeeded. */
async function succeeds(argv: readonly string[]): Promise<boolean> {
  const [file = '', ...args] = argv;
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
  };
  const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
  return await new Promise((resolve) => child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0)));
}

async function check({ name, argv }: Check): Promise<Count> {
  console.log(`\n── ${name}`);
  const passed = await succeeds(argv);
  if (!passed) console.log(`✗ ${name}: ${argv.join(' ')}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

async function tier(name: string): Promise<Count> {
  console.log(`\n── ${name} tests`);
  const report = join(reports, `${name}.json`);
  await rm(report, { force: true });
  const passed = await succeeds(['vitest', 'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile=${report}`]);
  const count = countOf(JSON.parse(await readFile(report, 'utf8').catch(() => '{}')));
  // Vitest also fails for what is no test: no files, an unhandled rejection, a set-up that threw.
  return !passed && count.failed === 0 ? { ...count, failed: 1 } : count;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !TIERS.includes(name));
if (unknown.length > 0) {
  console.error(`there is no tier ${unknown.join(', ')}; there are ${TIERS.join(', ')}`);
  process.exit(2);
}
await mkdir(reports, { recursive: true });
const counts: Count[] = [];
if (wanted.length === 0) for (const one of CHECKS) counts.push(await check(one));
for (const name of wanted.length === 0 ? TIERS : wanted) counts.push(await tier(name));
const result = verdict(sum(counts), strict);
console.log(`\n${result.lines.join('\n')}`);
process.exit(result.ok ? 0 : 1);
