import { isIpv6Sysctl, keyOf, type Sysctl } from '@weft/kernel';
import { FakeRefusal, type FakeState } from './fake-state.ts';

/** What a new namespace, or a new link in it, starts with, by the last part of the key. */
const DEFAULTS: Readonly<Record<string, string>> = {
  ip_forward: '0',
  'bridge-nf-call-iptables': '1',
  rp_filter: '0',
  send_redirects: '1',
  accept_ra: '1',
  conntrack: '0',
  conn_reuse_mode: '1',
  expire_nodest_conn: '0',
  expire_quiescent_template: '0',
  arp_ignore: '0',
  arp_announce: '0',
};

const OF_LINK = /\/conf\/([^/]+)\//;

/** The value of a setting; null where this kernel has none of that name. */
export function readSysctl(state: FakeState, { netns, key }: { readonly netns: string | null; readonly key: string }): string | null {
  const link = OF_LINK.exec(key)?.[1];
  const exists =
    link === undefined || link === 'all' || link === 'default' || state.links.some((l) => l.netns === netns && l.name === link);
  if (!exists) return null;
  const written = state.sysctls.find((sysctl) => sysctl.netns === netns && sysctl.key === key);
  return written?.value ?? DEFAULTS[key.split('/').at(-1) ?? ''] ?? null;
}

/** A setting written. Throws FakeRefusal where there is none of that name, unless it is one that may be missing. */
export function writeSysctl(state: FakeState, sysctl: Sysctl): FakeState {
  if (readSysctl(state, sysctl) === null) {
    if (isIpv6Sysctl(sysctl.key)) return state;
    throw new FakeRefusal(`sysctl: cannot stat /proc/sys/${sysctl.key}: No such file or directory`);
  }
  const others = state.sysctls.filter((other) => keyOf.sysctls(other) !== keyOf.sysctls(sysctl));
  return { ...state, sysctls: [...others, sysctl] };
}
