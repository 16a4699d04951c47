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

/** Changes sets. While the kernel still holds one that is to go, everything is done again: what is done does not hurt to be done twice under `-exist`. */
export async function changeSets(runner: Runner, step: IpsetStep): Promise<StepOutcome> {
  const startedAt = performance.now();
  let outcome = await runOnce(runner, step);
  const settled = () => outcome.exitCode === 0 || codeOf(outcome.stderr) !== 'busy';
  await waitUntil(async () => {
    if (!settled()) outcome = await runOnce(runner, step);
    return settled();
  }, RELEASE_MS);
  return { ...outcome, durationMs: performance.now() - startedAt };
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
