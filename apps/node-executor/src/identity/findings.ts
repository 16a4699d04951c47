import type { NodeFacts } from '@weft/model';

/** What a look at the host found: `ok`, something to know, or something that keeps it from being a node. */
export interface Finding {
  readonly weight: 'ok' | 'note' | 'stop';
  readonly text: string;
}

/** What a look at the host has to go by. */
export interface Look {
  readonly facts: NodeFacts;
  /** Overlaps of the fleet's ranges with what the host has. */
  readonly poolConflicts: NodeFacts['problems'];
  /** Programs on the port of the fleet's tunnels. */
  readonly tunnelPortConflicts: NodeFacts['problems'];
  /** By how many ms the control plane's clock is ahead; null: unknown. */
  readonly clockAheadMs: number | null;
}

const BACKENDS = ['nftables', 'iptables', 'ipvs'] as const;

/** The control plane reckons by its own clock; times in logs, receipts and TLS certificates go by the host's. */
const CLOCK_NOTE_MS = 5_000;

/** What VXLAN adds to a packet, in bytes: outer IPv4, UDP and VXLAN headers and the inner Ethernet one (RFC 7348 §5). */
const TUNNEL_BYTES = 50;
/** Pods should have at least what IPv6 asks of every link (RFC 8200 §5). */
const POD_MTU_MIN = 1280;

/** Problems that the executor can do nothing about: with these the host would be a node that never gets ready. */
const STOPS = new Set(['CapabilityMissing', 'KernelFeatureMissing', 'PoolConflict']);

function clockFinding(aheadMs: number | null): Finding {
  if (aheadMs === null) return { weight: 'note', text: 'clock: the control plane does not say what time it is' };
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) < CLOCK_NOTE_MS) return { weight: 'ok', text: 'clock: as that of the control plane' };
  const where = aheadMs > 0 ? 'behind' : 'ahead of';
  return {
    weight: 'note',
    text: `clock: ${seconds} s ${where} that of the control plane; set up time synchronisation (chrony, systemd-timesyncd)`,
  };
}

function mtuFinding(mtu: number): Finding {
  const text = `MTU ${mtu}: pods behind tunnels get ${mtu - TUNNEL_BYTES}`;
  if (mtu - TUNNEL_BYTES >= POD_MTU_MIN) return { weight: 'ok', text };
  return { weight: 'note', text: `${text}, less than the ${POD_MTU_MIN} bytes that programs rely on; raise the MTU of the link` };
}

function backendFinding({ backends }: NodeFacts): Finding {
  const lacking = BACKENDS.filter((backend) => !backends.includes(backend));
  if (backends.length === 0) return { weight: 'stop', text: 'service backends: none of nftables, iptables and ipvs runs here' };
  const rest = lacking.length === 0 ? '' : ` (not ${lacking.join(', ')})`;
  return { weight: 'ok', text: `service backends: ${backends.join(', ')}${rest}` };
}

const listed = (what: string, able: readonly string[]): Finding =>
  able.length === 0 ? { weight: 'stop', text: `${what}: none` } : { weight: 'ok', text: `${what}: ${able.join(', ')}` };

/** What a look at the host comes to, in plain words: what is there first, then what to do. */
export function findingsOf({ facts, poolConflicts, tunnelPortConflicts, clockAheadMs }: Look): Finding[] {
  const tools = Object.entries(facts.tools).map(([tool, version]) => `${tool} ${version}`);
  const problems = [...facts.problems, ...poolConflicts, ...tunnelPortConflicts];
  return [
    { weight: 'ok', text: `kernel ${facts.kernel}, address ${facts.address}` },
    listed('tools', tools),
    backendFinding(facts),
    listed('pod links', facts.podLinks),
    listed('ways to other nodes', facts.overlays),
    mtuFinding(facts.mtu),
    clockFinding(clockAheadMs),
    ...problems.map(({ code, message }): Finding => ({ weight: STOPS.has(code) ? 'stop' : 'note', text: `${code}: ${message}` })),
  ];
}

const MARKS = { ok: '  ok   ', note: '  note ', stop: '  STOP ' } as const;

/** Findings as lines for a terminal. */
export const findingLines = (findings: readonly Finding[]): string[] => findings.map(({ weight, text }) => `${MARKS[weight]}${text}`);
