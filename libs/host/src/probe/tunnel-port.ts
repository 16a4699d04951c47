import { parseIpJson } from '@weft/kernel';
import { isOurLink } from '@weft/model';
import type { Runner } from '../real/runner.ts';
import type { HostProblem } from './problem.ts';

interface VxlanJson {
  readonly ifname: string;
  readonly linkinfo?: { readonly info_data?: { readonly port?: number; readonly id?: number } };
}

/** The program in a line of `ss -p`: `users:(("dockerd",pid=7,fd=3))`. */
const USER = /users:\(\("([^"]+)",pid=(\d+)/;

/**
 * Whoever else receives on the UDP port of the fleet's tunnels: another VXLAN device shares it as long as its networks have other numbers, so only a
 * program is a conflict.
 */
export async function tunnelPortConflicts({ run, read }: Runner, port: number): Promise<HostProblem[]> {
  const devices = parseIpJson<VxlanJson>(await read(['ip', '-j', '-d', 'link', 'show', 'type', 'vxlan']));
  const shared = devices.some(({ ifname, linkinfo }) => isOurLink(ifname) || linkinfo?.info_data?.port === port);
  const { stdout } = await run(['ss', '--udp', '--listening', '--numeric', '--no-header', '--processes', `sport = :${port}`]);
  // The socket of a VXLAN device belongs to the kernel and to no program.
  const users = stdout.split('\n').filter((line) => line.trim() !== '');
  const programs = users.flatMap((line) => USER.exec(line)?.slice(1, 3).join(' (process ') ?? (shared ? [] : ['the kernel (process 0']));
  return programs.map((program) => ({
    code: 'TunnelPortTaken',
    message: `UDP port ${port} of the fleet's tunnels is taken by ${program}): stop that, or set another port for the fleet`,
  }));
}
