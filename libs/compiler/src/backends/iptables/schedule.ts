import type { DesiredEndpoint, Scheduler } from '@weft/model';
import { slots } from '../../services/slots.ts';

/** An endpoint with the match for packets that are its turn, of those which the turns before it have left. */
export interface Turn {
  readonly endpoint: DesiredEndpoint;
  readonly match: string;
}

type Schedule = (endpoints: readonly DesiredEndpoint[]) => readonly Turn[];

/**
 * Matches as many of all packets as a weight is of what is left. The kernel keeps a part in 31 bits, and iptables-save prints what it kept with 11 digits.
 */
function lot(weight: number, rest: number): string {
  const part = Math.round((2 ** 31 * weight) / rest) / 2 ** 31;
  return `-m statistic --mode random --probability ${part.toFixed(11)} `;
}

/** The lots of one among n with the same weight, written once: most services have few endpoints and no weights, and writing the number takes long. */
const EQUAL_LOTS: readonly string[] = Array.from({ length: 65 }, (_, n) => lot(1, n));

/** Draws lots: each takes as much of what those before it have left as gives it its weight's part of all. */
const random: Schedule = (endpoints) => {
  let rest = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  return endpoints.map((endpoint) => {
    const { weight } = endpoint;
    const match = rest === weight ? '' : (EQUAL_LOTS[rest / weight] ?? lot(weight, rest));
    rest -= weight;
    return { endpoint, match };
  });
};

/**
 * Each in turn, exactly: the first takes one packet of n, the second one of the n - 1 that are left, and so on. Counting begins anew when the chain is
 * written, with iptables-legacy when any chain is.
 */
const inTurn: Schedule = (endpoints) =>
  endpoints.map((endpoint, index) => {
    const rest = endpoints.length - index;
    return { endpoint, match: rest === 1 ? '' : `-m statistic --mode nth --every ${rest} --packet 0 ` };
  });

/** Each as often as its weight says, its turns as far apart as can be, so that a heavy one does not get all of its connections at once. */
function interleaved(endpoints: readonly DesiredEndpoint[]): readonly DesiredEndpoint[] {
  const all = slots(endpoints);
  const count = (endpoint: DesiredEndpoint) => all.lastIndexOf(endpoint) - all.indexOf(endpoint) + 1;
  const placed = all.map((endpoint, index) => ({ endpoint, at: (index - all.indexOf(endpoint) + 0.5) / count(endpoint) }));
  return placed.sort((a, b) => a.at - b.at).map(({ endpoint }) => endpoint);
}

/** Every way of choosing that iptables has the means for. The others need to know how many connections an endpoint has, or a hash with more than 32 values. */
const SCHEDULES: Readonly<Partial<Record<Scheduler, Schedule>>> = {
  random,
  rr: inTurn,
  wrr: (endpoints) => inTurn(interleaved(endpoints)),
};

/** A service asks for a scheduler that iptables has no means for: the control plane has accepted what it must refuse. */
export class SchedulerUnknown extends Error {
  override readonly name = 'SchedulerUnknown';
}

/** How packets are shared out among endpoints; the last takes what is left. Throws SchedulerUnknown. */
export function schedule(scheduler: Scheduler | null, endpoints: readonly DesiredEndpoint[]): readonly Turn[] {
  const turns = SCHEDULES[scheduler ?? 'random'];
  if (turns === undefined) throw new SchedulerUnknown(`iptables cannot choose endpoints by ${scheduler}`);
  return turns(endpoints);
}
