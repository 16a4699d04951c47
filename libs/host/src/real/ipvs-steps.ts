import type { Step } from '@weft/kernel';
import type { StepOutcome } from '@weft/reconcile';
import { codeOf } from '../exec.ts';
import { waitUntil } from './processes.ts';
import type { Runner } from './runner.ts';
import { commandOf } from './step-command.ts';

type IpsetStep = Extract<Step, { tool: 'ipset' }>;
type IpvsStep = Extract<Step, { tool: 'ipvs' }>;

/** How long the kernel may take to let go of a set after the last rule that asked it went: it frees rules of nftables a little later (nf_tables_trans_destroy_work). */
const RELEASE_MS = 2_000;

async function runOnce({ run }: Runner, step: IpsetStep | IpvsStep): Promise<StepOutcome> {
  const { argv, input } = commandOf(step);
  const { exitCode, durationMs, stderr } = await run(argv, input);
  return { argv, input, exitCode, durationMs, stderr };
}

/** Changes sets. A set that the kernel still holds is tried again for a while. */
export async function changeSets(runner: Runner, step: IpsetStep): Promise<StepOutcome> {
  const names = async () => new Set((await runner.read(['ipset', 'list', '-n'])).split('\n'));
  const startedAt = performance.now();
  const first = await runOnce(runner, step);
  let outcome = first;
  await waitUntil(async () => {
    if (outcome.exitCode === 0 || codeOf(outcome.stderr) !== 'busy') return true;
    const there = await names();
    // What is done does not hurt to be done again, but a set is destroyed only once.
    outcome = await runOnce(runner, { ...step, ops: step.ops.filter((op) => op.op !== 'destroy' || there.has(op.name)) });
    return outcome.exitCode === 0;
  }, RELEASE_MS);
  return { ...outcome, input: first.input, durationMs: performance.now() - startedAt };
}

/** Changes virtual services. The tool ends with status 0 whatever happened: what it said is how a failure shows. */
export async function changeVirtualServices(runner: Runner, step: IpvsStep): Promise<StepOutcome> {
  const outcome = await runOnce(runner, step);
  return outcome.exitCode === 0 && outcome.stderr !== '' ? { ...outcome, exitCode: 1 } : outcome;
}

/** Settings of IPVS exist once it is in the kernel, which nothing needs before. */
export async function loadForSettings({ run }: Runner, step: Extract<Step, { tool: 'sysctl' }>): Promise<void> {
  if (step.sysctls.some(({ key }) => key.startsWith('net/ipv4/vs/'))) await run(['modprobe', 'ip_vs']);
}
