import { batchText } from './batch-text.ts';
import type { Sysctl } from './objects.ts';

/** True for a setting of IPv6: a kernel without IPv6 lacks it and needs it not. */
export function isIpv6Sysctl(key: string): boolean {
  return key.startsWith('net/ipv6/');
}

/** The text that `sysctl -p -` reads (sysctl.d(5)); a leading `-` makes a failure of that line harmless. */
export function renderSysctls(sysctls: readonly Sysctl[]): string {
  return batchText(sysctls.map(({ key, value }) => `${isIpv6Sysctl(key) ? '-' : ''}${key} = ${value}`));
}

/**
 * Reads `path:value` lines, as `grep -H ''` prints files below /proc/sys, into settings of the namespace. Runs of blanks in
 * a value become one space, the canonical form.
 */
export function parseSysctlLines(text: string, netns: string | null): Sysctl[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('/proc/sys/'))
    .map((line) => {
      const colon = line.indexOf(':');
      return {
        netns,
        key: line.slice('/proc/sys/'.length, colon),
        value: line
          .slice(colon + 1)
          .trim()
          .replaceAll(/\s+/g, ' '),
      };
    });
}
