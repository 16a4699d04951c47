import type { Capability } from '@weft/model';
import type { Asker, FleetSpec } from '../test-fleet.ts';

/** What a party must find when it asks. */
export type Expectation =
  /** Every answer is from one of these pods, each of them answers, and they see the client's own address, or another, and a port from and to. */
  | { readonly from: readonly string[]; readonly sees?: 'client' | 'another'; readonly seesPorts?: readonly [number, number] }
  /** Every answer is from the same one of these pods; `same`: from the one that answered whoever else is to find the same, by this name. */
  | { readonly oneOf: readonly string[]; readonly same?: string }
  /** The share of the answers that each pod gives, from and to. */
  | { readonly shares: Readonly<Record<string, readonly [number, number]>> }
  /** Asked again and again, sooner or later this pod answers. */
  | { readonly inTheEnd: string }
  /** Told at once that nobody is there. */
  | 'refused'
  /** No answer at all. */
  | 'silence';

/** A question and what must come of it. */
export interface Probe {
  readonly who: Asker;
  /** `tcp://host:port`, `udp://host:port` or `sctp://host:port`. */
  readonly to: string;
  /** The address of its own that it asks by; the one that its kernel chooses when not said. */
  readonly by?: string;
  /** How often; enough for everybody who should answer when not said. */
  readonly times?: number;
  /** How many questions are asked over each connection, one after the other; one when not said. */
  readonly rounds?: number;
  /** Its connections stay open until the case ends. */
  readonly held?: boolean;
  readonly expect: Expectation;
}

/** A state of the fleet and what is found in it. */
export interface Phase {
  readonly fleet: Pick<FleetSpec, 'services' | 'nodes' | 'cluster' | 'spoil'>;
  readonly probes: readonly Probe[];
}

/** Something that services do, on every backend that says it can: the phases follow each other on a live fleet. */
export interface ServiceCase {
  /** What a reader of the matrix looks for. */
  readonly feature: string;
  /** What is shown, as a sentence. */
  readonly shows: string;
  /** Null: every backend has to. */
  readonly needs: Capability | null;
  readonly phases: readonly Phase[];
}
