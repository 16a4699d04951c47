import { z } from 'zod';

/** Every kind of object that has an id, with the prefix its ids carry. */
export const ID_PREFIX = {
  namespace: 'ns',
  node: 'node',
  pod: 'pod',
  service: 'svc',
  endpoint: 'ep',
  pool: 'pool',
  operation: 'op',
  audit: 'aud',
  receipt: 'rcpt',
  checkpoint: 'chk',
  drift: 'drift',
  token: 'tok',
  joinToken: 'join',
  rollout: 'roll',
  trace: 'trace',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

/** An opaque, prefixed id such as `svc_01k…`; the kind keeps ids of different kinds from being swapped. */
export type Id<K extends IdKind> = `${(typeof ID_PREFIX)[K]}_${string}`;

const BODY = /^[0-9a-z]{1,40}$/;

/** Schema of an id of one kind: the kind's prefix, an underscore, up to 40 lower-case letters and digits. */
export function idSchema<K extends IdKind>(kind: K) {
  const prefix = `${ID_PREFIX[kind]}_`;
  return z
    .string()
    .max(64)
    .regex(new RegExp(`^${prefix}[0-9a-z]{1,40}$`), `must be an id that starts with ${prefix}`)
    .transform((id) => id as Id<K>);
}

/** Makes an id of a kind from its body (lower-case letters and digits, at most 40). Throws RangeError otherwise. */
export function makeId<K extends IdKind>(kind: K, body: string): Id<K> {
  if (!BODY.test(body)) throw new RangeError(`not an id body: ${JSON.stringify(body)}`);
  return `${ID_PREFIX[kind]}_${body}` as Id<K>;
}
