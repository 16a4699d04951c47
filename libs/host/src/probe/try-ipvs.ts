import { Scheduler } from '@weft/model';
import type { Runner } from '../real/runner.ts';

/** A network namespace of its own, not one of ours: those are taken away when nobody wants them. */
const PLACE = 'weft-trial';

/** Since 5.9 a client port that is used again gets another endpoint at once; before, a second later or one that is going (kubernetes/kubernetes#81775). */
const KERNEL_MIN = [5, 9] as const;

const SCHEDULERS = Scheduler.options.filter((scheduler) => scheduler !== 'random');

const SETS = `create WEFT-TRIAL hash:ip,port family inet skbinfo
create WEFT-TRIAL-IP hash:ip family inet
create WEFT-TRIAL-NET hash:ip,port,net family inet
create WEFT-TRIAL-SELF hash:ip,port,ip family inet
add WEFT-TRIAL 198.19.0.1,tcp:80 skbmark 0x1
`;

const RULES = `*filter
-A INPUT -m conntrack --ctstate NEW -m set --match-set WEFT-TRIAL-IP dst -p tcp -j REJECT --reject-with tcp-reset
COMMIT
*mangle
-A PREROUTING -m set --match-set WEFT-TRIAL dst,dst -m set ! --match-set WEFT-TRIAL-NET dst,dst,src -j SET --map-set WEFT-TRIAL dst,dst --map-mark
COMMIT
*nat
-A POSTROUTING -m addrtype --src-type LOCAL -m ipvs --ipvs -j MASQUERADE --random-fully
-A POSTROUTING -m set --match-set WEFT-TRIAL-SELF dst,dst,src -j MASQUERADE
COMMIT
`;

const SERVICES = SCHEDULERS.map((scheduler, at) => `-A -t 198.19.0.1:${at + 1} -s ${scheduler}\n`).join('');

/** What the backend ipvs needs of a kernel and its tools, in the order in which one needs the other. */
const TRIALS: readonly { readonly argv: readonly string[]; readonly input: string }[] = [
  { argv: ['ip', 'link', 'add', 'trial', 'type', 'dummy'], input: '' },
  { argv: ['ipset', 'restore'], input: SETS },
  { argv: ['iptables-restore', '--noflush'], input: RULES },
  { argv: ['ipvsadm', '-R'], input: SERVICES },
];

function isNewEnough(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return major > KERNEL_MIN[0] || (major === KERNEL_MIN[0] && minor >= KERNEL_MIN[1]);
}

/**
 * Why this host cannot run the backend ipvs; null: it can. Loads what is a module.
 */
export async function whyNotIpvs({ run, read }: Runner): Promise<string | null> {
  const release = (await read(['uname', '-r'])).trim();
  if (!isNewEnough(release)) return `kernel ${release} is older than ${KERNEL_MIN.join('.')}`;
  await run(['ip', 'netns', 'delete', PLACE]);
  const made = await run(['ip', 'netns', 'add', PLACE]);
  if (made.exitCode !== 0) return made.stderr.trim();
  try {
    for (const { argv, input } of TRIALS) {
      const { exitCode, stderr } = await run(['ip', 'netns', 'exec', PLACE, ...argv], input);
      // ipvsadm ends with status 0 whatever happened; iptables has remarks to make about other people's rules.
      if (exitCode !== 0 || (argv[0] === 'ipvsadm' && stderr !== '')) return `${argv.join(' ')}: ${stderr.trim()}`;
    }
    return null;
  } finally {
    await run(['ip', 'netns', 'delete', PLACE]);
  }
}
