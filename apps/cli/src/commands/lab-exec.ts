import { spawn } from 'node:child_process';
import { findLab } from '@weft/testing';
import { connect } from '../api/connect.ts';
import { type LabTarget, parseTarget } from '../lab-target.ts';
import { stateDirectory, statePaths } from '../state/paths.ts';
import { UserError } from '../user-error.ts';

/** Runs a command inside a host or a pod of the lab, with this terminal; its exit status becomes ours. */
export async function labExec(target: string, argv: readonly string[], options: { readonly state?: string }): Promise<void> {
  const { directory } = statePaths(stateDirectory(options.state));
  const lab = await findLab(directory);
  if (lab === null) throw new UserError(`there is no lab in ${directory}: start one with ./weft up --lab 3 --detach (as root)`);
  const names = lab.hosts.map((host) => host.name);
  const { host, netns } = await locate(parseTarget(target, names), names, options.state);
  const [file, ...prefix] = lab.enter(host, netns);
  const child = spawn(file, [...prefix, ...argv], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the command as well; what was sent to us alone is passed on by our end, see Lab.enter.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGKILL'));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? 128 + 15));
  });
}

async function locate(
  target: LabTarget,
  hosts: readonly string[],
  state: string | undefined,
): Promise<{ readonly host: string; readonly netns?: string }> {
  if (target.kind === 'host') return { host: target.name };
  const [pod] = await (await connect(state)).pods({ namespace: target.namespace, name: target.name });
  if (pod === undefined)
    throw new UserError(`there is no host and no pod ${target.namespace}/${target.name}; the lab's hosts are ${hosts.join(', ')}`);
  if (!hosts.includes(pod.node)) throw new UserError(`pod ${pod.name} is on ${pod.node}, which is no host of this lab`);
  return { host: pod.node, netns: pod.status.netns };
}
