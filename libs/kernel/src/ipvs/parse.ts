import { destinationKey, EVERY_CLIENT, frontendKey, type IpvsDestination, type IpvsFrontend, type IpvsService } from './service.ts';

const PROTOCOL = { '-t': 'tcp', '-u': 'udp', '--sctp-service': 'sctp' } as const;
const FORWARDING = { '-m': 'masq', '-g': 'gate', '-i': 'ipip' } as const;

const isKey = <T extends object>(table: T, word: string | undefined): word is keyof T & string => word !== undefined && word in table;

/** An address and a port, `198.19.0.1:80`; null for IPv6, which we do not read. */
function endOf(text: string | undefined): { readonly ip: string; readonly port: number } | null {
  const [, ip, port] = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(text ?? '') ?? [];
  return ip === undefined ? null : { ip, port: Number(port) };
}

function frontendOf(kind: string | undefined, text: string | undefined): IpvsFrontend | null {
  if (kind === '-f') return { fwmark: Number(text) };
  const end = endOf(text);
  return isKey(PROTOCOL, kind) && end !== null ? { protocol: PROTOCOL[kind], address: end.ip, port: end.port } : null;
}

function serviceOf(frontend: IpvsFrontend, words: readonly string[]): IpvsService {
  const after = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const timeout = after('-p');
  return {
    frontend,
    scheduler: after('-s') ?? '',
    flags: (after('-b') ?? '').split(',').filter(Boolean).sort(),
    persistence: timeout === undefined ? null : { timeoutSeconds: Number(timeout), netmask: after('-M') ?? EVERY_CLIENT },
    destinations: [],
  };
}

function destinationOf(words: readonly string[]): IpvsDestination | null {
  const end = endOf(words[words.indexOf('-r') + 1]);
  const kind = words.find((word) => isKey(FORWARDING, word));
  if (end === null || !isKey(FORWARDING, kind)) return null;
  return { ...end, weight: Number(words[words.indexOf('-w') + 1]), forwarding: FORWARDING[kind] };
}

/** Orders services by what they are found by, and destinations by theirs. */
function ordered(services: readonly IpvsService[]): IpvsService[] {
  const byText = <T>(text: (item: T) => string, items: readonly T[]) =>
    items
      .map((item) => ({ item, key: text(item) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ item }) => item);
  return byText(
    ({ frontend }) => frontendKey(frontend),
    services.map((service) => ({ ...service, destinations: byText(destinationKey, service.destinations) })),
  );
}

/** Reads what `ipvsadm -S -n` prints: every virtual service of IPv4 and of marks, whoever made it, ordered by key. */
export function parseIpvsSave(text: string): IpvsService[] {
  const services = new Map<string, IpvsService & { readonly destinations: IpvsDestination[] }>();
  for (const line of text.split('\n')) {
    const [verb, kind, name, ...words] = line.trim().split(/\s+/);
    const frontend = frontendOf(kind, name);
    if (frontend === null) continue;
    if (verb === '-A') services.set(frontendKey(frontend), { ...serviceOf(frontend, words), destinations: [] });
    const destination = verb === '-a' ? destinationOf(words) : null;
    if (destination !== null) services.get(frontendKey(frontend))?.destinations.push(destination);
  }
  return ordered([...services.values()]);
}
