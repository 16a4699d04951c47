import { BACKEND_CAPABILITIES, type Backend } from '@weft/model';
import type { ServiceCase } from './case.ts';
import { SERVICE_CASES } from './cases/index.ts';

/** The cases that a backend has to pass: all but those that need what it does not have. */
export function casesOf(backend: Backend): readonly ServiceCase[] {
  return SERVICE_CASES.filter(({ needs }) => needs === null || BACKEND_CAPABILITIES[backend].includes(needs));
}

/** What a case is called. */
export const titleOf = ({ feature, shows }: ServiceCase): string => `${feature}: ${shows}`;

/** True for a case that asks over SCTP. Not every kernel has such sockets, so these are shown on the guest's, for every backend. */
export function asksOverSctp({ phases }: ServiceCase): boolean {
  return phases.some(({ probes }) => probes.some(({ to }) => to.startsWith('sctp:')));
}
