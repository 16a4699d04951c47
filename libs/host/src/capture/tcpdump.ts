import type { CaptureOrder } from './packet-captures.ts';

/** How long tcpdump has to end by itself when it is told to, in seconds. */
const KILL_AFTER = 2;

/**
 * The command that captures into a pcap stream on its standard output. timeout(1) ends tcpdump after the time, and when we end: the kernel tells it (prctl(2),
 * PR_SET_PDEATHSIG), and it tells tcpdump. `-U` writes packets as they come, `-Z root` has it stay who it is, as the unit of the executor has no capability to become
 * another user, and `--` keeps a filter from being an option.
 */
export function tcpdumpCommand({ netns, device, filter, snaplen, count, seconds }: CaptureOrder): readonly string[] {
  return [
    ...['setpriv', '--pdeathsig', 'TERM', '--'],
    ...['timeout', `--kill-after=${KILL_AFTER}`, `${seconds}`],
    ...(netns === null ? [] : ['ip', 'netns', 'exec', netns]),
    ...['tcpdump', '-n', '-U', '-Z', 'root', '-i', device, '-s', `${snaplen}`, '-c', `${count}`, '-w', '-'],
    ...(filter === '' ? [] : ['--', filter]),
  ];
}

/** What tcpdump says that keeps it from capturing: the last line of its standard error, without its name. */
export function refusalIn(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^tcpdump: /, '') || 'tcpdump ended without a word';
}
