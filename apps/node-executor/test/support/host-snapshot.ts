import { parseNftTable } from '@weft/kernel';
import type { OwnHost } from './own-host.ts';

/** Where an executor tries what the kernel can, a while after its start. A killed one may leave it, until the next one tries. */
const TRIAL = 'weft-trial';

const COUNTERS = /\[\d+:\d+\]/g;

const text = async (host: OwnHost, argv: readonly string[]) => (await host.run(argv)).stdout;

/** Rows of a JSON answer, with only these fields, in the order of their text. */
async function rows(host: OwnHost, argv: readonly string[], fields: readonly string[]): Promise<string[]> {
  const answer = JSON.parse((await text(host, argv)) || '[]') as Record<string, unknown>[];
  const row = (item: Record<string, unknown>) => JSON.stringify(fields.map((field) => item[field] ?? null));
  return answer
    .filter((item) => Object.keys(item).length > 0)
    .map(row)
    .sort();
}

/** Lines of rules, without what packets change in them. */
const rules = (saved: string) =>
  saved
    .replace(COUNTERS, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .sort();

/** Everything on a host that an executor makes and nobody's packets change, for comparing. */
export async function snapshot(host: OwnHost): Promise<unknown> {
  const names = (await text(host, ['ip', 'netns', 'list']))
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name !== '' && name !== TRIAL)
    .sort();
  const within = async (netns: string) => ({
    routes: await rows(host, ['ip', '-n', netns, '-j', '-4', 'route', 'show'], ['dst', 'gateway', 'dev', 'protocol']),
    links: await rows(host, ['ip', '-n', netns, '-j', 'link', 'show'], ['ifname', 'mtu', 'address']),
  });
  return {
    names,
    pods: await Promise.all(names.filter((name) => name.startsWith('wf-')).map(within)),
    links: await rows(host, ['ip', '-j', 'link', 'show'], ['ifname', 'mtu', 'address', 'master']),
    addresses: (await text(host, ['ip', '-4', '-o', 'address', 'show']))
      .split('\n')
      .map((line) => line.replace(/^\d+: /, ''))
      .sort(),
    routes: await rows(
      host,
      ['ip', '-j', '-4', 'route', 'show', 'table', 'all', 'proto', '87'],
      ['type', 'dst', 'gateway', 'dev', 'table'],
    ),
    neighbours: await rows(host, ['ip', '-j', '-4', 'neigh', 'show', 'nud', 'permanent'], ['dst', 'dev', 'lladdr']),
    fdb: (await text(host, ['bridge', 'fdb', 'show', 'dev', 'wf-vxlan']))
      .split('\n')
      .filter((line) => line.includes(' dst '))
      .sort(),
    // What packets put into sets is no part of it.
    nft: parseNftTable((await text(host, ['nft', '-s', '-y', 'list', 'table', 'ip', 'weft'])) || 'table ip weft {\n}\n'),
    iptables: rules(await text(host, ['iptables-save'])).filter((line) => line.includes('WEFT-')),
    ipvs: (await text(host, ['ipvsadm', '-S', '-n'])).split('\n').sort(),
    ipsets: (await text(host, ['ipset', 'save'])).split('\n').sort(),
    foreign: await text(host, ['nft', 'list', 'table', 'inet', 'theirs']),
  };
}
