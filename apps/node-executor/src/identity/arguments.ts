import { parseArgs } from 'node:util';
import { DnsLabel, Ipv4Interface } from '@weft/model';

/** A command line that cannot be understood; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const JOIN_USAGE = `usage: weft node join --url <control plane> [--token-file <file> | --token <token>] [options]

Makes this host a node. The join token is read from --token-file, or from standard input when neither is given; --token shows it to everybody who can list processes.
Make one with: curl -X POST $WEFT_URL/join-tokens -H "Authorization: Bearer $WEFT_TOKEN" -H 'Content-Type: application/json' -d '{"nodeName":"node-1"}'

  --url <url>                 where the control plane is, such as https://weft.example.net:7070
  --name <name>               the node's name; needed when the token is for no name
  --address <address/prefix>  the address other nodes reach this host at, when it is not that of the link to the control plane
  --ca-file <file>            certificate authorities (PEM) to believe instead of the system's
  --settings-file <file>      where the executor's settings go (default /etc/weft/node.env)
  --credential-file <file>    where the credential goes, for root alone (default /etc/weft/node.credential)
  --dry-run                   look at the host, say what was found and what would happen, and change nothing

A host that has joined already is left as it is.`;

export const LEAVE_USAGE = `usage: weft node leave [--settings-file <file>] [--credential-file <file>]

Gives the credential back, removes everything weft made from this host's network, and forgets the settings. Stop the executor first: systemctl disable --now weft-node-executor`;

/** What `join` is told. */
export interface JoinArguments {
  readonly url: string;
  readonly token: string | null;
  readonly tokenFile: string | null;
  readonly name: string | undefined;
  readonly address: string | null;
  readonly caFile: string | null;
  readonly settingsFile: string;
  readonly credentialFile: string;
  readonly dryRun: boolean;
}

/** Where `join` left what it wrote. */
export interface Places {
  readonly settingsFile: string;
  readonly credentialFile: string;
}

const PLACES = {
  'settings-file': { type: 'string', default: '/etc/weft/node.env' },
  'credential-file': { type: 'string', default: '/etc/weft/node.credential' },
} as const;

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function absolute(option: string, path: string): string {
  if (!path.startsWith('/')) throw new UsageError(`${option} must be an absolute path`);
  return path;
}

/** The arguments of `join`. Throws UsageError. */
export function joinArguments(args: readonly string[]): JoinArguments {
  const { values } = parsed(() =>
    parseArgs({
      args: [...args],
      options: {
        ...PLACES,
        url: { type: 'string' },
        token: { type: 'string' },
        'token-file': { type: 'string' },
        name: { type: 'string' },
        address: { type: 'string' },
        'ca-file': { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    }),
  );
  const { url, token = null, name, address = null } = values;
  if (url === undefined || !['http:', 'https:'].includes(URL.parse(url)?.protocol ?? ''))
    throw new UsageError('--url is needed: an http or https URL of the control plane');
  if (token !== null && values['token-file'] !== undefined) throw new UsageError('--token and --token-file cannot both be given');
  if (name !== undefined && !DnsLabel.safeParse(name).success)
    throw new UsageError('--name must be a DNS label: lower-case letters, digits and inner hyphens');
  if (address !== null && !Ipv4Interface.safeParse(address).success)
    throw new UsageError('--address must be an IPv4 address with a prefix length such as 192.0.2.5/24');
  return {
    url: url.replace(/\/+$/, ''),
    token,
    tokenFile: values['token-file'] ?? null,
    name,
    address,
    caFile: values['ca-file'] === undefined ? null : absolute('--ca-file', values['ca-file']),
    settingsFile: absolute('--settings-file', values['settings-file']),
    credentialFile: absolute('--credential-file', values['credential-file']),
    dryRun: values['dry-run'],
  };
}

/** The arguments of `leave`. Throws UsageError. */
export function leaveArguments(args: readonly string[]): Places {
  const { values } = parsed(() => parseArgs({ args: [...args], options: PLACES }));
  return {
    settingsFile: absolute('--settings-file', values['settings-file']),
    credentialFile: absolute('--credential-file', values['credential-file']),
  };
}
