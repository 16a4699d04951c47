import { Ipv4Interface } from '@weft/model';
import { LOG_LEVELS } from '@weft/telemetry';
import { z } from 'zod';

/** The environment does not say what the executor needs; the message names every variable at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const HostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, 'must be host:port')
  .transform((text) => {
    const at = text.lastIndexOf(':');
    return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
  });

const Flag = z.enum(['0', '1']).transform((text) => text === '1');

const Seconds = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `must be a whole number of seconds, ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

const LocalEnvironment = z.object({
  WEFT_STATE_DIR: z.string().startsWith('/', 'must be an absolute path').default('/var/lib/weft-node'),
  WEFT_LOG: z.enum(LOG_LEVELS).default('info'),
});

const Environment = LocalEnvironment.extend({
  WEFT_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  WEFT_CREDENTIAL_FILE: z.string().startsWith('/', 'must be an absolute path').default('/etc/weft/node.credential'),
  WEFT_CA_FILE: z.string().min(1).optional(),
  REDIS_URL: z.string().min(1).optional(),
  WEFT_NODE_ADDRESS: Ipv4Interface.optional(),
  WEFT_ACCEPT_SHRINK: Flag.default(false),
  WEFT_CONFIRM_SECONDS: Seconds(5, 3_600).default(60),
  WEFT_METRICS_LISTEN: HostPort.optional(),
});

/** What every command needs: where this host's state lies, and how much to log. */
export interface LocalConfig {
  readonly stateDir: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Everything `run` needs to know, read once at start. */
export interface ExecutorConfig extends LocalConfig {
  readonly controlPlaneUrl: string;
  readonly credentialFile: string;
  /** Certificate authorities to believe; null: those that the system trusts. */
  readonly caFile: string | null;
  /** Where Redis is when this host reaches it otherwise than the control plane says; null: as that says. */
  readonly redisUrl: string | null;
  /** Null: the address of the link that reaches the control plane. */
  readonly nodeAddress: string | null;
  /** Applies a snapshot that drops most of what the node holds, see decide/shrink.ts. */
  readonly acceptShrink: boolean;
  /** How long the control plane may be out of reach after a change of the node's own network before that is taken back, see confirm/. */
  readonly confirmSeconds: number;
  readonly metricsListen: { readonly host: string; readonly port: number } | null;
}

type Env = Readonly<Record<string, string | undefined>>;

/** An empty variable is the same as none. */
function read<S extends z.ZodType>(schema: S, env: Env): z.infer<S> {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.code === 'invalid_type' ? 'is needed' : issue.message}`)
      .join('; '),
  );
}

/** The part of the configuration that needs no control plane. Throws ConfigError. */
export function readLocalConfig(env: Env): LocalConfig {
  const { WEFT_STATE_DIR, WEFT_LOG } = read(LocalEnvironment, env);
  return { stateDir: WEFT_STATE_DIR, logLevel: WEFT_LOG };
}

/** The whole configuration. Throws ConfigError. */
export function readConfig(env: Env): ExecutorConfig {
  const parsed = read(Environment, env);
  return {
    stateDir: parsed.WEFT_STATE_DIR,
    logLevel: parsed.WEFT_LOG,
    controlPlaneUrl: parsed.WEFT_URL.replace(/\/+$/, ''),
    credentialFile: parsed.WEFT_CREDENTIAL_FILE,
    caFile: parsed.WEFT_CA_FILE ?? null,
    redisUrl: parsed.REDIS_URL ?? null,
    nodeAddress: parsed.WEFT_NODE_ADDRESS ?? null,
    acceptShrink: parsed.WEFT_ACCEPT_SHRINK,
    confirmSeconds: parsed.WEFT_CONFIRM_SECONDS,
    metricsListen: parsed.WEFT_METRICS_LISTEN ?? null,
  };
}
