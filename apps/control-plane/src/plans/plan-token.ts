import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '@weft/model';
import { z } from 'zod';

/** What a plan token says: a plan, as far as it takes to know it again. Nothing of it is secret. */
const PlanClaims = z.strictObject({
  epoch: z.string(),
  /** Revision that was looked at. */
  revision: z.int(),
  /** What the ids of new objects were made from. */
  seed: z.string().regex(/^[0-9a-z]{26}$/),
  /** Fingerprint of the whole plan. */
  effect: z.string(),
  /** When it ends, in ms since 1970. */
  expiresAt: z.int(),
});
export type PlanClaims = z.infer<typeof PlanClaims>;

/** The request that a plan was made for: signed with the claims, and not told in the token. */
export interface PlannedRequest {
  readonly tokenId: string | null;
  readonly operation: string;
  readonly path: string;
  /** Fingerprint of body and query. */
  readonly request: string;
}

const signature = (key: string, claims: string, request: PlannedRequest) =>
  createHmac('sha256', key)
    .update(`${claims}\n${canonicalJson(request)}`)
    .digest();

/** The text of a plan token: claims and signature, in base64url. */
export function signPlan(key: string, claims: PlanClaims, request: PlannedRequest): string {
  const told = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${told}.${signature(key, told, request).toString('base64url')}`;
}

/** The claims of a plan token; null when it is none of ours, was altered, or is for another request or another caller. */
export function readPlan(key: string, token: string, request: PlannedRequest): PlanClaims | null {
  const [told = '', signed = '', ...rest] = token.split('.');
  const [is, should] = [Buffer.from(signed, 'base64url'), signature(key, told, request)];
  if (rest.length > 0 || is.length !== should.length || !timingSafeEqual(is, should)) return null;
  return PlanClaims.parse(JSON.parse(Buffer.from(told, 'base64url').toString()));
}
