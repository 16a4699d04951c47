// `./weft test [tier… [file…]]`: every check and every test, on real Postgres, Redis and kernel. The last line counts: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runWithIpvs } from './kernel-with-ipvs.ts';
import { type Wanted, wantedOf } from './test-arguments.ts';
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

/** The tiers in the order in which they run, and what runs Vitest for each. */
const RUNNERS: Readonly<Record<string, (argv: readonly string[]) => Promise<boolean>>> = {
  unit: succeeds,
  kernel: succeeds,
  server: succeeds,
  guest: (argv) => runWithIpvs({ argv, cwd: root, writable: [reports] }, succeeds),
  lab: succeeds,
};

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

async function tier(name: string, files: readonly string[]): Promise<Count> {
  console.log(`\n── ${name} tests`);
  const report = join(reports, `${name}.json`);
  await rm(report, { force: true });
  const run = RUNNERS[name] ?? succeeds;
  const passed = await run([
    'vitest',
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    ...files,
  ]);
  const count = countOf(JSON.parse(await readFile(report, 'utf8').catch(() => '{}')));
  // Vitest also fails for what is no test: no files, an unhandled rejection, a set-up that threw, a guest kernel that died.
  return !passed && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** What the arguments say, or the end of the process with the reason. */
function wanted(args: readonly string[]): Wanted {
  try {
    return wantedOf(args, Object.keys(RUNNERS));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { everything, tiers, files } = wanted(process.argv.slice(2));
await mkdir(reports, { recursive: true });
const counts: Count[] = [];
if (everything) for (const one of CHECKS) counts.push(await check(one));
for (const name of tiers) counts.push(await tier(name, files));
const result = verdict(sum(counts), strict);
console.log(`\n${result.lines.join('\n')}`);
process.exit(result.ok ? 0 : 1);
