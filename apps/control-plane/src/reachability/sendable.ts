import { contains, ProblemError } from '@weft/model';

/** Addresses that no packet between hosts has, as a source or of one to connect to (RFC 1122 §3.2.1.3). Linux drops such as martians, but for class E, which it routes. */
const NOBODYS: readonly (readonly [range: string, what: string])[] = [
  ['0.0.0.0/8', 'an address of "this" network'],
  ['127.0.0.0/8', 'a loopback address, which never leaves its host'],
  ['224.0.0.0/4', 'a multicast group'],
  ['255.255.255.255/32', 'the broadcast address'],
];

/** An address that a packet between hosts can have. Throws ProblemError ValidationFailed. */
export function sendable(address: string, pointer: string): string {
  const [, what] = NOBODYS.find(([range]) => contains(range, address)) ?? [];
  if (what === undefined) return address;
  const message = `${address} is ${what}: no connection between hosts has it at an end`;
  throw new ProblemError('ValidationFailed', message, [{ pointer, code: 'OutOfRange', message }]);
}
