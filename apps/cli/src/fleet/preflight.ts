import { createServer } from 'node:net';
import { type Command, runCommand } from '@weft/host';
import { UserError } from '../user-error.ts';

/** Something the lab needs of the kernel: tried in a namespace of its own, where it leaves nothing. */
interface Need {
  readonly what: string;
  /** Needed only by nodes with this backend; left out: by all. */
  readonly backend?: string;
  readonly command: Command;
  readonly advice: string;
}

const NEEDS: readonly Need[] = [
  {
    what: 'namespaces for processes, mounts, host names and networks',
    command: { argv: ['unshare', '--fork', '--pid', '--mount-proc', '--mount', '--net', '--uts', '--', 'true'] },
    advice: 'in a container, run it privileged',
  },
  {
    what: 'veth pairs, bridges and VXLAN',
    command: {
      argv: ['unshare', '--net', '--', 'ip', '-batch', '-'],
      input: 'link add veth0 type veth peer name veth1\nlink add bridge0 type bridge\nlink add vxlan0 type vxlan id 1 dstport 4789\n',
    },
    advice: 'load the modules veth, bridge and vxlan',
  },
  {
    what: 'nftables with address translation',
    backend: 'nftables',
    command: {
      argv: ['unshare', '--net', '--', 'nft', '-f', '-'],
      input: 'table ip probe {\nchain nat {\ntype nat hook postrouting priority srcnat\nmasquerade\n}\n}\n',
    },
    advice: 'load the modules nf_tables, nft_chain_nat and nft_masq',
  },
];

/** The program that a command did not find, as execa, unshare and setpriv say it; null: it failed for another reason. */
function missingProgram(stderr: string): string | null {
  return /failed to execute (\S+): No such file|^(\S+): command not found/m.exec(stderr)?.slice(1).find(Boolean) ?? null;
}

/** Makes sure that this machine can hold a lab whose nodes have a backend. Throws UserError naming the first thing that is missing. */
export async function checkLab(backend: string): Promise<void> {
  if (process.getuid?.() !== 0) throw new UserError('a lab makes network namespaces: run this as root, or leave --lab away');
  const needs = NEEDS.filter((need) => need.backend === undefined || need.backend === backend);
  const results = await Promise.all(needs.map(async (need) => ({ need, result: await runCommand(need.command) })));
  const missing = results.find(({ result }) => result.exitCode !== 0);
  if (missing === undefined) return;
  const program = missingProgram(missing.result.stderr);
  if (program !== null) throw new UserError(`${program} is not on the PATH: install it (./weft does on Debian, as root)`);
  throw new UserError(
    `this kernel gives no ${missing.need.what} (${missing.result.stderr.trim().replaceAll('\n', ' ')}): ${missing.need.advice}`,
  );
}

/** Makes sure that the port is free. Throws UserError that says how to choose another. */
export async function checkPort(host: string, port: number): Promise<void> {
  const code = await new Promise<string | null>((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port }, () => probe.close(() => resolve(null)));
  });
  if (code === 'EADDRINUSE')
    throw new UserError(`port ${port} on ${host} is in use: stop what listens there, or choose another with --port`);
  if (code !== null) throw new UserError(`the API cannot listen on ${host} port ${port} (${code}): choose another with --port`);
}

/** A TCP port that is free on this address now. */
export async function freePort(host: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host, port: 0 }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
