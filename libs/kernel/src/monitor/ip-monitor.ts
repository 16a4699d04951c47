/** Something of the network as `ip monitor` tells of it. `netns` is null for the host's own namespace, else the name of a pod's. */
export type NetworkNews = { readonly netns: string | null; readonly gone: boolean; readonly text: string } & (
  | {
      readonly kind: 'link';
      readonly name: string;
      readonly up: boolean;
      readonly mtu: number;
      readonly mac: string | null;
      /** The bridge it is a port of; `unknown`: the line does not say. */
      readonly master: string | null;
    }
  | { readonly kind: 'address'; readonly device: string; readonly cidr: string }
  /** `ours`: it bears our protocol number. `connected`: the kernel's own. `local`: the host itself has all addresses of the range. */
  | {
      readonly kind: 'route';
      readonly destination: string;
      readonly via: string | null;
      readonly device: string;
      readonly ours: boolean;
      readonly connected: boolean;
      readonly local: boolean;
    }
  | {
      readonly kind: 'neighbour';
      readonly device: string;
      readonly ip: string | null;
      readonly mac: string | null;
      readonly permanent: boolean;
    }
  | { readonly kind: 'setting'; readonly device: string; readonly name: string; readonly value: string }
);

/** What `ip monitor` tells: something of the network; or that the kernel had more to tell than was read in time. */
export type IpNews = NetworkNews | { readonly kind: 'lost' };

type Parts = NetworkNews extends infer N ? (N extends unknown ? Omit<N, 'netns' | 'text'> : never) : never;

const after = (text: string, word: string): string | null => new RegExp(`(?:^| )${word} (\\S+)`).exec(text)?.[1] ?? null;

/**
 * A line about a link. What the bridge says of its ports comes in lines of its own, which lack the queueing discipline; one of those that says that the port is gone
 * says so of the port, and not of the link.
 */
function linkIn(gone: boolean, text: string): Parts[] {
  const [, name, flags = '', mtu] = /^\d+: ([^:@\s]+)(?:@[^:\s]+)?: <([^>]*)> mtu (\d+)/.exec(text) ?? [];
  if (name === undefined) return [];
  const whole = text.includes(' qdisc ');
  const leftBridge = gone && !whole;
  return [
    {
      kind: 'link',
      gone: gone && whole,
      name,
      up: flags.split(',').includes('UP'),
      mtu: Number(mtu),
      mac: /link\/\S+ ([0-9a-f:]{17})/.exec(text)?.[1] ?? null,
      master: leftBridge ? null : after(text, 'master'),
    },
  ];
}

function addressIn(gone: boolean, text: string): Parts[] {
  const [, device = '', cidr] = /^\d+: (\S+)\s+inet (\S+)/.exec(text) ?? [];
  return cidr === undefined ? [] : [{ kind: 'address', gone, device, cidr: cidr.includes('/') ? cidr : `${cidr}/32` }];
}

/** Types of routes that ip-route(8) writes before the destination. */
const TYPED = /^(local|broadcast|multicast|anycast|blackhole|unreachable|prohibit|throw) /;

function routeIn(gone: boolean, text: string): Parts[] {
  const bare = text.replace(TYPED, '');
  const table = after(bare, 'table');
  const protocol = after(bare, 'proto');
  const ours = protocol === '87';
  const local = text.startsWith('local ');
  if ((TYPED.test(text) && !ours) || bare.includes(':') || (table !== null && table !== 'main' && !ours)) return [];
  const destination = bare.split(' ')[0] ?? '';
  const range = destination === 'default' || destination.includes('/') ? destination : `${destination}/32`;
  return [
    {
      kind: 'route',
      gone,
      destination: range,
      via: after(bare, 'via'),
      device: after(bare, 'dev') ?? '',
      ours,
      connected: protocol === 'kernel',
      local,
    },
  ];
}

function neighbourIn(gone: boolean, text: string): Parts[] {
  const ip = text.startsWith('dev ') ? null : (text.split(' ')[0] ?? null);
  if (ip?.includes(':')) return [];
  const permanent = / PERMANENT\b/.test(text);
  return [{ kind: 'neighbour', gone, device: after(text, 'dev') ?? '', ip, mac: after(text, 'lladdr'), permanent }];
}

/** How ip-monitor(8) writes settings of links, and what sysctl calls them. */
const SETTINGS: Readonly<Record<string, { readonly name: string; readonly values: Readonly<Record<string, string>> }>> = {
  forwarding: { name: 'forwarding', values: { off: '0', on: '1' } },
  rp_filter: { name: 'rp_filter', values: { off: '0', strict: '1', loose: '2' } },
  proxy_neigh: { name: 'proxy_arp', values: { off: '0', on: '1' } },
};

function settingsIn(gone: boolean, text: string): Parts[] {
  const [family, device = '', ...words] = text.trim().split(' ');
  if (family !== 'inet' || gone) return [];
  return words.flatMap((word, at): Parts[] => {
    const setting = SETTINGS[word];
    const value = setting?.values[words[at + 1] ?? ''];
    return setting === undefined || value === undefined ? [] : [{ kind: 'setting', gone, device, name: setting.name, value }];
  });
}

const READERS: Readonly<Record<string, (gone: boolean, text: string) => Parts[]>> = {
  LINK: linkIn,
  ADDR: addressIn,
  ROUTE: routeIn,
  NEIGH: neighbourIn,
  NETCONF: settingsIn,
};

const LINE = /^\[nsid (\w+)\]\[([A-Z]+)\](Deleted )?(.*)$/;
const NAMED = /^nsid (\d+) \(iproute2 netns name: (\S+)\)/;
const NUMBERED = /^nsid (\d+)/;

/**
 * Reads what `ip -o monitor all all-nsid` (iproute2 6) prints, in pieces of any size. The kernel numbers the namespaces that a link leads into and tells what happens
 * in each; those without a name are somebody else's and are passed over. It resolves the names of devices in the host's namespace, so for a pod's they
 * mean nothing.
 */
export class IpMonitorReader {
  readonly #names: Map<string, string>;
  #rest = '';

  /** `names`: names of namespaces by their numbers, as far as known. */
  constructor(names: Iterable<readonly [id: number, name: string]> = []) {
    this.#names = new Map(Array.from(names, ([id, name]) => [String(id), name]));
  }

  read(piece: string): IpNews[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): IpNews[] {
    if (line.includes('netlink receive error')) return [{ kind: 'lost' }];
    const [, nsid = '', label = '', deleted, body = ''] = LINE.exec(line) ?? [];
    const gone = deleted !== undefined;
    if (label === 'NSID') this.#learn(gone, body);
    const netns = nsid === 'current' ? null : this.#names.get(nsid);
    if (netns === undefined) return [];
    // `-o` writes a backslash for each line break.
    const text = body.replaceAll('\\', ' ').replace(/\s+/g, ' ').trim();
    return (READERS[label]?.(gone, text) ?? []).map(
      (parts): NetworkNews => ({ ...parts, netns, text: `${gone ? 'Deleted ' : ''}${text}` }),
    );
  }

  #learn(gone: boolean, body: string): void {
    const [, id, name] = NAMED.exec(body) ?? [];
    if (gone) this.#names.delete(NUMBERED.exec(body)?.[1] ?? '');
    else if (id !== undefined && name !== undefined) this.#names.set(id, name);
  }
}
