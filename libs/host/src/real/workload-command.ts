import type { Workload } from '@weft/kernel';

const list = (ports: readonly number[]) => ports.join(',');
const numbers = (text: string | undefined) => (text ?? '').split(',').filter(Boolean).map(Number);

/** The arguments that the echo server is started with after its script. */
export function workloadArgs({ identity, tcpPorts, udpPorts }: Workload): string[] {
  return [
    '--identity',
    identity,
    ...(tcpPorts.length > 0 ? ['--tcp', list(tcpPorts)] : []),
    ...(udpPorts.length > 0 ? ['--udp', list(udpPorts)] : []),
  ];
}

/** Reads a command line (`/proc/PID/cmdline`) back into the workload it runs in a namespace; null when it is not `script`. */
export function workloadOf(cmdline: string, script: string, netns: string): Workload | null {
  const [, file, ...args] = cmdline.split('\0');
  if (file !== script) return null;
  const after = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  return {
    netns,
    kind: 'echo',
    identity: after('--identity') ?? '',
    tcpPorts: numbers(after('--tcp')),
    udpPorts: numbers(after('--udp')),
  };
}

const LISTEN = '0A';

/** Local ports in a table such as `/proc/PID/net/tcp` (proc(5)), those in state LISTEN only when asked. */
export function portsIn(table: string, listening: boolean): number[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1] !== undefined && (!listening || columns[3] === LISTEN))
    .map((columns) => Number.parseInt(columns[1]?.split(':')[1] ?? '', 16));
}
