/** What one start of user-mode Linux needs; all paths are absolute. */
export interface UserModeMachine {
  readonly linux: string;
  /** The script that is its first process. */
  readonly init: string;
  /** The processor that it keeps to, as taskset(1) numbers them. */
  readonly processor: string;
}

const MEMORY_MB = 2048;

/**
 * The argv: no disk, no network card, the host's root to read. What the guest writes to its first serial line comes out of standard output,
 * what its kernel prints out of standard error. Its processes are processes of the host, in a PID namespace of their own: they end with it, and
 * it ends with whoever started it (prctl(2), PR_SET_PDEATHSIG). `timeout 0` stands before it because the first process of a namespace
 * cannot abort (pid_namespaces(7)), and a kernel that panics does.
 */
export const umlArgv = ({ linux, init, processor }: UserModeMachine): [string, ...string[]] => [
  ...(['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--pid', '--fork', '--kill-child', '--', 'timeout', '0'] as const),
  ...['taskset', '--cpu-list', processor],
  ...[linux, `mem=${MEMORY_MB}M`, 'rootfstype=hostfs', 'ro', `init=${init}`, 'quiet'],
  ...['con=null', 'con0=null,fd:2', 'ssl=null', 'ssl0=null,fd:1'],
];
