import type { KernelKind } from '@weft/model';
import type { Sought } from './sought.ts';

const MAC = '[0-9a-f]{2}(?::[0-9a-f]{2}){5}';

/** Lines of `ip` and `bridge`, by what is in them: the parts of a match make the key. */
const LINES: readonly (readonly [RegExp, KernelKind, (...parts: string[]) => string])[] = [
  [/^(\d+(?:\.\d+){3}) dev (\S+) lladdr /, 'neighbour', (ip, device) => `${device} ${ip}`],
  [new RegExp(`^(${MAC}) dev (\\S+) dst `), 'fdb', (mac, device) => `${device} ${mac}`],
  [/^\d+: (\S+)\s+inet (\S+) /, 'address', (device, cidr) => `${device} ${cidr}`],
  [/^inet (\S+) .* (\S+)$/, 'address', (cidr, device) => `${device} ${cidr}`],
  [/^\d+: ([^@:\s]+)[@:]/, 'link', (name) => name ?? ''],
  [/^(net)[./]([\w./-]+) ?=/, 'sysctl', (net, rest = '') => `${net}/${rest.replaceAll('.', '/')}`],
  [/^local (\d+(?:\.\d+){3}(?:\/\d+)?) /, 'route', (range = '') => `local ${withLength(range)}`],
  [/^(default|\d+(?:\.\d+){3}(?:\/\d+)?) (?:via|dev|proto|scope) /, 'route', (range = '') => withLength(range)],
];

const withLength = (range: string) => (range === 'default' || range.includes('/') ? range : `${range}/32`);

/** What a line of `ip route`, `ip neighbour`, `ip address`, `ip link`, `bridge fdb` or `sysctl` tells of. */
export function pastedNetwork(line: string): Sought[] {
  return LINES.flatMap(([pattern, kind, keyOf]): Sought[] => {
    const match = pattern.exec(line);
    return match === null ? [] : [{ kinds: [kind], key: keyOf(...match.slice(1)) }];
  }).slice(0, 1);
}
