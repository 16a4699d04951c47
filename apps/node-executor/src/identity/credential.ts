import { asUser, namesUser } from '@weft/jobs';
import { type NodeCredential, NodeRedis } from '@weft/model';
import { z } from 'zod';
import { ReceiptKey } from './receipt-key.ts';

/** What this host keeps of its credential. */
export const Credential = z.object({
  node: z.object({ id: z.string().min(1), name: z.string().min(1) }),
  token: z.string().regex(/^[\x21-\x7e]{1,512}$/),
  /** When to get another one, in ms since 1970 by the clock of this host. */
  renewAt: z.number(),
  redis: NodeRedis.nullable(),
  /** Left out in credentials from before receipts were signed: such a one is renewed at once. */
  receiptKey: ReceiptKey.optional(),
});
export type Credential = z.infer<typeof Credential>;

/** A credential is renewed when this much of its life is over: two more attempts fit in before it ends, each as long as a night. */
const RENEW_AFTER = 1 / 3;

/** A credential that was just issued, as this host keeps it. Its end is reckoned by this host's clock, which may be wrong, from now on. */
export function kept({ node, token, expiresInSeconds, redis }: NodeCredential, receiptKey: ReceiptKey, now: number): Credential {
  return { node, token, renewAt: now + expiresInSeconds * 1000 * RENEW_AFTER, redis, receiptKey };
}

/**
 * Where this node gets its hints, and as whom. `own`: where Redis is when this host reaches it otherwise than the control plane says; it may name a user of its own. `told`: where the
 * control plane says that it is now, null for nowhere; undefined: it has not said, and it is where the credential says. Null: nowhere.
 */
export function hintsUrl(own: string | null, { redis }: Credential, told?: string | null): string | null {
  if (own !== null) return redis === null || namesUser(own) ? own : asUser(own, redis);
  const where = told === undefined ? (redis?.url ?? null) : told;
  return where === null || redis === null ? null : asUser(where, redis);
}
