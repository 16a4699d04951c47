import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { DnsLabel } from '../names.ts';
import { Timestamp } from './vocabulary.ts';

const DAY_SECONDS = 86_400;

/** How long an API token holds when nothing is said, and at most, in seconds: 90 days and a year. */
export const TOKEN_LIFE_SECONDS = { default: 90 * DAY_SECONDS, max: 366 * DAY_SECONDS } as const;

/** Namespaces that one token can be limited to. */
export const TOKEN_NAMESPACES_MAX = 64;

/** What a person's token may do: everything; the daily work; only read. */
export const TokenRole = z.enum(['admin', 'operator', 'viewer']).meta({ id: 'TokenRole' });
export type TokenRole = z.infer<typeof TokenRole>;

/** Names of the namespaces a token reaches. They need not exist yet. */
const TokenNamespaces = z
  .array(DnsLabel)
  .min(1)
  .max(TOKEN_NAMESPACES_MAX)
  .refine((names) => new Set(names).size === names.length, 'must name each namespace once')
  .nullable()
  .describe('namespaces it reaches; null: all of them, and what belongs to none');

/** What a user sends to make an API token. */
export const TokenCreate = z
  .strictObject({
    name: DnsLabel.describe('who or what will use it; unique among tokens that are not revoked'),
    role: TokenRole,
    namespaces: TokenNamespaces.default(null),
    expiresInSeconds: z
      .int()
      .min(60)
      .max(TOKEN_LIFE_SECONDS.max)
      .default(TOKEN_LIFE_SECONDS.default)
      .describe('how long it holds, from a minute to 366 days; never longer than the token it is made with'),
  })
  .meta({ id: 'TokenCreate' });
export type TokenCreate = z.infer<typeof TokenCreate>;

const fields = {
  id: idSchema('token'),
  name: DnsLabel,
  role: TokenRole,
  namespaces: z
    .array(DnsLabel)
    .max(TOKEN_NAMESPACES_MAX)
    .nullable()
    .describe('namespaces it reaches; null: all of them, and what belongs to none'),
  createdAt: Timestamp,
  createdBy: DnsLabel.nullable().describe(
    'name of the token it was made with; null: it is in the file that the control plane is started with',
  ),
  expiresAt: Timestamp.nullable().describe('null: it holds until it is replaced in that file'),
  lastUsedAt: Timestamp.nullable().describe('when it was last used, at most a minute behind; null: never'),
};

/** An API token, without its text. */
export const Token = z.strictObject(fields).meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

/** A new API token with its text, which is shown in this one answer and never again: only its SHA-256 is kept. */
export const IssuedToken = z.strictObject({ ...fields, token: z.string().max(128) }).meta({ id: 'IssuedToken' });
export type IssuedToken = z.infer<typeof IssuedToken>;
