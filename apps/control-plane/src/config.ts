import { join } from 'node:path';
import { parseRedisUrl, RedisUrlError } from '@weft/jobs';
import { ClusterNetwork, Ipv4Cidr, Overlay } from '@weft/model';
import { LOG_LEVELS } from '@weft/telemetry';
import { z } from 'zod';

/** An address the API listens on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const LISTEN = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^:\s[\]]+)):(?<port>\d{1,5})$/;

const Listen = z.string().transform((text, context) => {
  const addresses = text.split(',').map((part): ListenAddress | null => {
    const groups = LISTEN.exec(part.trim())?.groups;
    const port = Number(groups?.port);
    const host = groups?.v6 ?? groups?.host;
    return host === undefined || port > 65535 ? null : { host, port };
  });
  const usable = addresses.filter((address) => address !== null);
  if (usable.length === addresses.length) return usable;
  context.addIssue({ code: 'custom', message: 'must be host:port, or several with commas between' });
  return z.NEVER;
});

const duration =
  (unit: 'seconds' | 'days') =>
  (fallback: number, max: number, min = 1) =>
    z
      .string()
      .regex(/^\d{1,6}$/, `must be a whole number of ${unit}, ${min} to ${max}`)
      .transform(Number)
      .pipe(z.number().min(min).max(max))
      .default(fallback);
const seconds = duration('seconds');
const days = duration('days');

const ranges = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(Ipv4Cidr).min(1))
  .optional();

/** A mark as firewalls write it, `0x4000`, or as a decimal number. */
const Mark = z
  .string()
  .regex(/^(0x[0-9a-fA-F]{1,8}|\d{1,10})$/, 'must be a number such as 0x4000')
  .transform(Number)
  .pipe(ClusterNetwork.shape.masqueradeMark);

/** The message never repeats the URL, which may hold a password. */
const DatabaseUrl = z
  .string()
  .refine(
    (text) => ['postgresql:', 'postgres:'].includes(URL.parse(text)?.protocol ?? ''),
    'must be a URL: postgresql://user:password@host:5432/database, with special characters of the password as %XX',
  );

const RedisUrl = z.string().superRefine((text, context) => {
  try {
    parseRedisUrl(text);
  } catch (error) {
    if (!(error instanceof RedisUrlError)) throw error;
    context.addIssue({ code: 'custom', message: error.message.replace('REDIS_URL: ', '') });
  }
});

/** Where a build leaves the web console, seen from the sources as from the bundle. */
const CONSOLE_BUILD = join(import.meta.dirname, '../../console/dist');

const Environment = z
  .object({
    DATABASE_URL: DatabaseUrl,
    REDIS_URL: RedisUrl.default('redis://127.0.0.1:6379'),
    WEFT_NODE_REDIS_URL: RedisUrl.optional(),
    WEFT_LISTEN: Listen.default([{ host: '127.0.0.1', port: 7070 }]),
    WEFT_TLS_CERT_FILE: z.string().min(1).optional(),
    WEFT_TLS_KEY_FILE: z.string().min(1).optional(),
    WEFT_CA_FILE: z.string().min(1).optional(),
    WEFT_ADMIN_TOKEN_FILE: z.string().min(1).optional(),
    WEFT_CHECKPOINT_KEY_FILE: z.string().min(1).optional(),
    WEFT_CONSOLE_DIR: z.string().min(1).default(CONSOLE_BUILD),
    WEFT_POD_CIDRS: ranges,
    WEFT_SERVICE_CIDRS: ranges,
    WEFT_POD_BLOCK_PREFIX: z.coerce.number().int().min(20).max(29).optional(),
    WEFT_OVERLAY: Overlay.optional(),
    WEFT_EXTERNAL_CIDRS: ranges,
    WEFT_MASQUERADE_MARK: Mark.optional(),
    WEFT_LOG: z.enum(LOG_LEVELS).default('info'),
    WEFT_NODE_CREDENTIAL_SECONDS: seconds(86_400, 999_999),
    WEFT_HEARTBEAT_SECONDS: seconds(10, 300),
    WEFT_SWEEP_SECONDS: seconds(2, 300),
    WEFT_LEAVE_SECONDS: seconds(0, 10, 0),
    WEFT_REQUESTS_PER_SECOND: z
      .string()
      .regex(/^\d{1,6}$/, 'must be a whole number, 1 to 100000')
      .transform(Number)
      .pipe(z.number().min(1).max(100_000))
      .default(200),
    WEFT_QUARANTINE_SECONDS: seconds(60, 86_400),
    WEFT_HISTORY_DAYS: days(30, 3650),
    WEFT_RECEIPT_TEXT_DAYS: days(90, 3650),
  })
  .superRefine(({ WEFT_TLS_CERT_FILE, WEFT_TLS_KEY_FILE }, context) => {
    if ((WEFT_TLS_CERT_FILE === undefined) === (WEFT_TLS_KEY_FILE === undefined)) return;
    const missing = WEFT_TLS_CERT_FILE === undefined ? 'WEFT_TLS_CERT_FILE' : 'WEFT_TLS_KEY_FILE';
    context.addIssue({ code: 'custom', path: [missing], message: 'is needed for TLS too' });
  });

/** The environment of the process, read and checked. */
export type Config = z.infer<typeof Environment>;

/** Something about the way the process was started that its operator has to put right; its message is one clear sentence. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** Reads the environment. Throws StartupError that names every variable which is wrong. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const result = Environment.safeParse(environment);
  if (result.success) return result.data;
  const wrong = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name} ${environment[name] === undefined ? 'is not set' : issue.message}`;
  });
  throw new StartupError([...new Set(wrong)].join('; '));
}
