// `./weft test [tier… [file…]] [--faults]`: every check and every test, on real Postgres, Redis and kernel. The last lines repeat what failed; the very last counts: `N passed, N failed`.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { besideInTurn } from './beside.ts';
import { type GuestName, runWithIpvs } from './kernel-with-ipvs.ts';
import { endTogether, type Output, root, succeeds } from './run-command.ts';
import { type Wanted, wantedOf } from './test-arguments.ts';
import { type Outcome, outcomeOf, sum, verdict } from './test-outcome.ts';

const strict = process.env.CI === 'true';
const reports = join(root, '.weft/test');
const show: Output = (text) => process.stdout.write(text);

/** A check that passes or fails as one. */
interface Check {
  readonly name: string;
  readonly argv: readonly string[];
}

const CHECKS: readonly Check[] = [
  { name: 'formatting and lint', argv: ['biome', 'check', '.'] },
  { name: 'import rules', argv: ['depcruise', 'apps', 'libs', '--config', '.dependency-cruiser.mjs'] },
  // In one program: what projects use of each other is read once.
  { name: 'types', argv: ['tsc'] },
  { name: 'types of the console', argv: ['nx', 'run', '@weft/console:typecheck', '--outputStyle=static'] },
];

type Runner = (argv: readonly string[], output?: Output) => Promise<boolean>;

const withIpvs =
  (guest: GuestName): Runner =>
  (argv, output) =>
    runWithIpvs(guest, { argv, cwd: root, writable: [reports] }, succeeds, output);

/** The tiers in the order in which they run, and what runs Vitest for each. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  unit: succeeds,
  kernel: succeeds,
  server: succeeds,
  browser: succeeds,
  ipvs: withIpvs('user-mode'),
  guest: withIpvs('emulated'),
  lab: succeeds,
  fault: succeeds,
};

/** Tiers that run only when they are named: a host with a container engine is fetched for one. */
const ASKED_FOR: Readonly<Record<string, Runner>> = { containers: succeeds };

/** The tiers that run beside the others when there are others, one after the other: two have a guest kernel each, on one core, and the third waits more than it computes. */
const BESIDE = ['guest', 'ipvs', 'kernel'];

async function check({ name, argv }: Check): Promise<Outcome> {
  console.log(`\n── ${name}`);
  const passed = await succeeds(argv);
  return { passed: passed ? [name] : [], failures: passed ? [] : [{ what: name, why: argv.join(' ') }], skipped: [] };
}

async function tier(name: string, files: readonly string[], output?: Output): Promise<Outcome> {
  (output ?? show)(`\n── ${name} tests\n`);
  const report = join(reports, `${name}.json`);
  await rm(report, { force: true });
  const run = RUNNERS[name] ?? ASKED_FOR[name] ?? succeeds;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  const passed = await run(['vitest', 'run', '--project', name, ...reporters, ...files], output);
  const outcome = outcomeOf(JSON.parse(await readFile(report, 'utf8').catch(() => '{}')), (path) => `${name} ${relative(root, path)}`);
  if (passed || outcome.failures.length > 0) return outcome;
  return {
    ...outcome,
    failures: [
      {
        what: `${name} tests`,
        why: 'no test failed, but the run did: no files, an unhandled rejection, a set-up that threw, or a guest kernel that died',
      },
    ],
  };
}

/** Holds docs/backends.md against the tests that have passed. Read only now: what is broken in the code under test is for its tests to say. */
async function backendsPage({ passed }: Outcome): Promise<Outcome> {
  const { notShown } = await import('../libs/host/test/services/matrix.ts');
  const lacking = notShown(new Set(passed));
  return {
    passed: lacking.length === 0 ? ['docs/backends.md'] : [],
    failures:
      lacking.length === 0
        ? []
        : [{ what: 'docs/backends.md', why: [`${lacking.length} tests that it names did not pass:`, ...lacking.slice(0, 5)].join('\n') }],
    skipped: [],
  };
}

/** What the arguments say, or the end of the process with the reason. */
function wanted(args: readonly string[]): Wanted {
  try {
    return wantedOf(args, Object.keys(RUNNERS), Object.keys(ASKED_FOR));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { everything, tiers, files, longFaults } = wanted(process.argv.slice(2));
if (longFaults) process.env.WEFT_FAULTS = 'long';
await mkdir(reports, { recursive: true });
endTogether();
const others = tiers.filter((name) => !BESIDE.includes(name));
const aside = others.length === 0 ? [] : tiers.filter((name) => BESIDE.includes(name));
const waiting = [...besideInTurn(new Map(aside.map((name) => [`${name} tests`, (output: Output) => tier(name, files, output)])))];
if (aside.length > 0)
  show(`tests that run beside the others: ${aside.join(', ')}; what they print is shown when they are done and nothing else runs\n`);
const inFront = others.length === 0 ? tiers : others;
const steps = [...(everything ? CHECKS.map((one) => () => check(one)) : []), ...inFront.map((name) => () => tier(name, files))];
const outcomes: Outcome[] = [];
for (const step of steps) {
  outcomes.push(await step());
  for (; waiting[0]?.isDone; waiting.shift()) outcomes.push(await waiting[0].shown());
}
for (const last of waiting) outcomes.push(await last.shown());
if (everything)
  outcomes.push(
    await backendsPage(sum(outcomes)).catch((error: Error) => ({
      passed: [],
      failures: [{ what: 'docs/backends.md', why: error.message }],
      skipped: [],
    })),
  );
const result = verdict(sum(outcomes), strict);
console.log(`\n${result.lines.join('\n')}`);
process.exit(result.ok ? 0 : 1);
