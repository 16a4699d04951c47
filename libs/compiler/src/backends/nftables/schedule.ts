import type { DesiredEndpoint } from '@weft/model';
import type { ServicePort } from '../../services/service-ports.ts';
import { slots } from '../../services/slots.ts';
import { maglevTable } from './maglev.ts';

/** A way of choosing among the slots of a port: each slot is an endpoint, `lot` is an expression that gives a slot's number. */
export interface Schedule {
  readonly slots: (endpoints: readonly DesiredEndpoint[]) => readonly DesiredEndpoint[];
  readonly lot: (count: number) => string;
  /** True: the lot counts on from one connection to the next, so each port needs one of its own. */
  readonly counts?: true;
}

/** Hashes start from a number of ours: without it the kernel takes another one for each rule, and a client would move with every change of rules. */
const SEED = '0x77656674';

const turns = (count: number) => `numgen inc mod ${count}`;
const hashOf = (field: string) => (count: number) => `jhash ip ${field} mod ${count} seed ${SEED}`;

/** Endpoints of the same address and port next to each other are dealt out as far apart as their numbers allow. */
function interleaved(endpoints: readonly DesiredEndpoint[]): readonly DesiredEndpoint[] {
  const all = slots(endpoints);
  const seen = new Map<DesiredEndpoint, number>();
  const counts = new Map(endpoints.map((endpoint) => [endpoint, all.filter((slot) => slot === endpoint).length]));
  const placed = all.map((endpoint) => {
    const nth = seen.get(endpoint) ?? 0;
    seen.set(endpoint, nth + 1);
    return { endpoint, at: (nth + 0.5) / (counts.get(endpoint) ?? 1) };
  });
  return placed.sort((a, b) => a.at - b.at).map(({ endpoint }) => endpoint);
}

/**
 * The schedulers, in the words of ipvsadm(8). rr and wrr deal connections out in turn, exactly, for each way in by itself: at the service's address and at its node
 * port they count apart. sh and mh lead a client always to the same endpoint; where endpoints change, sh moves most clients and mh few. dh does so by
 * the address that the client asked for.
 */
export const SCHEDULES = {
  random: { slots, lot: (count) => `numgen random mod ${count}` },
  rr: { slots: (endpoints) => endpoints, lot: turns, counts: true },
  wrr: { slots: interleaved, lot: turns, counts: true },
  sh: { slots, lot: hashOf('saddr') },
  dh: { slots, lot: hashOf('daddr') },
  mh: { slots: maglevTable, lot: hashOf('saddr') },
} as const satisfies Partial<Record<NonNullable<ServicePort['scheduler']>, Schedule>>;

/** The name of a port's schedule: random where nothing else is asked for that can be done. */
export function scheduleOf({ scheduler }: ServicePort): keyof typeof SCHEDULES {
  return scheduler !== null && scheduler in SCHEDULES ? (scheduler as keyof typeof SCHEDULES) : 'random';
}
