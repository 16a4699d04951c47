import { readFile } from 'node:fs/promises';
import { type Backend, NodeWay, PodLink } from '@weft/model';
import type { Runner } from '../real/runner.ts';
import type { HostProblem } from './problem.ts';
import { whyNotIpvs } from './try-ipvs.ts';

/** What a trial says when its command fails; `backend`: only that backend is lost, the host can still be programmed; `link`: that way of linking is lost. */
interface Trial {
  readonly argv: readonly string[];
  readonly input: string;
  readonly needs: string;
  readonly backend: Backend | null;
  readonly link?: PodLink | NodeWay;
}

const NFT_TRIAL = `table ip weft {
	map endpoints {
		type ipv4_addr . inet_proto . inet_service . ipv4_addr : ipv4_addr . inet_service
	}
	map verdicts {
		type inet_proto . inet_service : verdict
	}
	chain arriving {
		type nat hook prerouting priority -100;
		ip daddr set numgen random mod 2
		dnat ip to ct original ip daddr . meta l4proto . th dport . ip daddr map @endpoints
		meta l4proto . th dport vmap @verdicts
	}
	chain leaving {
		type nat hook postrouting priority 100;
		meta mark & 0x4000 == 0x4000 masquerade fully-random
	}
	chain refusal {
		type filter hook forward priority 0;
		tcp flags syn tcp option maxseg size set rt mtu
		meta l4proto tcp ct state new reject with tcp reset
	}
}
`;

/** Every match and target that services may need, so that a kernel without one is found out before it has to have it. */
const IPTABLES_TRIAL = `*filter
:WEFT-TRIAL - [0:0]
-A WEFT-TRIAL -m conntrack --ctstate NEW -p tcp -j REJECT --reject-with tcp-reset
-A WEFT-TRIAL -p sctp -m sctp --dport 80 -m addrtype --dst-type LOCAL -j REJECT --reject-with icmp-port-unreachable
COMMIT
*mangle
:WEFT-TRIAL - [0:0]
-A WEFT-TRIAL -p tcp -m tcp --tcp-flags SYN SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*nat
:WEFT-TRIAL - [0:0]
-A WEFT-TRIAL -m statistic --mode random --probability 0.5 -m comment --comment trial -p tcp -j DNAT --to-destination 192.0.2.1:80
-A WEFT-TRIAL -m recent --rcheck --seconds 1 --reap --name weft-trial -m recent --set --name weft-trial -j MARK --set-xmark 0x4000/0x4000
-A WEFT-TRIAL -p sctp -m statistic --mode nth --every 2 --packet 0 -j MASQUERADE --to-ports 20000-29999 --random-fully
-A WEFT-TRIAL -m mark --mark 0x4000/0x4000 -j MASQUERADE --random-fully
COMMIT
`;

const linkTrial = (kind: string, link: Pick<Trial, 'link'>, ...options: string[]): Trial => ({
  ...link,
  argv: ['ip', 'link', 'add', 'wf-trial', 'type', kind, ...options],
  input: '',
  needs: `links of type ${kind}`,
  backend: null,
});

/** Everything that the kernel and its tools must be able to do. Each runs in a network namespace of its own that is gone afterwards. */
const TRIALS: readonly Trial[] = [
  linkTrial('veth', {}, 'peer', 'name', 'wf-peer'),
  linkTrial('bridge', { link: 'bridge' }),
  linkTrial('vxlan', { link: 'vxlan' }, 'id', '1', 'dstport', '4789', 'nolearning'),
  { argv: ['conntrack', '-L', '-p', 'udp'], input: '', needs: 'lists of tracked connections (conntrack)', backend: null },
  { argv: ['nft', '-f', '-'], input: NFT_TRIAL, needs: 'nftables', backend: 'nftables' },
  { argv: ['iptables-restore', '--noflush'], input: IPTABLES_TRIAL, needs: 'iptables', backend: 'iptables' },
];

/** What trying everything out gave. */
export interface Capabilities {
  readonly backends: readonly Backend[];
  readonly podLinks: readonly PodLink[];
  readonly overlays: readonly NodeWay[];
  readonly problems: readonly HostProblem[];
}

/** Tries what the host must be able to do, each in a namespace of its own. A backend that fails is left out; anything else is a problem. */
export async function tryCapabilities(runner: Runner): Promise<Capabilities> {
  const [noIpvs, ...tried] = await Promise.all([
    whyNotIpvs(runner),
    ...TRIALS.map(async (trial) => ({ ...trial, result: await runner.run(['unshare', '--net', '--', ...trial.argv], trial.input) })),
  ]);
  const failed = tried.filter(({ result }) => result.exitCode !== 0);
  const lost = new Set(failed.map(({ backend }) => backend));
  const backends = TRIALS.flatMap(({ backend }) => (backend === null || lost.has(backend) ? [] : [backend]));
  const lostLinks = new Set(failed.map(({ link }) => link));
  const missing = failed.filter(({ backend }) => backend === null || backends.length === 0);
  return {
    backends: noIpvs === null ? [...backends, 'ipvs'] : backends,
    podLinks: PodLink.options.filter((link) => !lostLinks.has(link)),
    overlays: NodeWay.options.filter((way) => !lostLinks.has(way)),
    problems: missing.map(({ needs, result }) => ({
      code: 'KernelFeatureMissing',
      message: `this host cannot make ${needs}: ${result.stderr.trim().slice(0, 512)}`,
    })),
  };
}

// capabilities(7)
const NEEDED = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n } as const;

/** The capabilities that this process lacks. */
export async function missingCapabilities(): Promise<HostProblem[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(NEEDED)
    .filter(([, bit]) => (effective & (1n << bit)) === 0n)
    .map(([name]) => ({ code: 'CapabilityMissing', message: `this process lacks ${name}; run the node executor as root` }));
}

/**
 * Makes sure that bridged packets pass address translation, which link mode `bridge` needs: loads br_netfilter where it is a module. A host
 * without it can still run in link mode `routed`.
 */
export async function ensureBridgeNetfilter({ run }: Runner): Promise<HostProblem[]> {
  const there = async () => (await run(['grep', '-s', '', '/proc/sys/net/bridge/bridge-nf-call-iptables'])).exitCode === 0;
  if (await there()) return [];
  const { stderr } = await run(['modprobe', 'br_netfilter']);
  if (await there()) return [];
  const message = `link mode bridge needs the kernel module br_netfilter: ${stderr.trim().slice(0, 512)}; install it or use link mode routed`;
  return [{ code: 'BridgeNetfilterMissing', message }];
}
