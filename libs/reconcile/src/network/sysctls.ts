import { isIpv6Sysctl, keyOf, type NodeConfig, type Sysctl } from '@weft/kernel';
import { isOurLink } from '@weft/model';
import { changes } from '../changes.ts';

/** The link of ours that a setting belongs to (`net/ipv4/conf/weft0/rp_filter`: weft0), or null. */
export function linkOfSysctl(key: string): string | null {
  return key.split('/').find(isOurLink) ?? null;
}

/**
 * Settings to write. What is no longer wanted is left as it is: nobody can know what it was before, or who relies on it by now.
 * A per-link IPv6 setting that is missing although its link is there is left out: that kernel has no IPv6.
 */
export function diffSysctls(desired: NodeConfig, observed: NodeConfig): Sysctl[] {
  const there = new Set(observed.sysctls.map(keyOf.sysctls));
  const links = new Set(observed.links.map((link) => link.name));
  return changes(keyOf.sysctls, desired.sysctls, observed.sysctls).put.filter((sysctl) => {
    const absentByKernel = isIpv6Sysctl(sysctl.key) && !there.has(keyOf.sysctls(sysctl)) && links.has(linkOfSysctl(sysctl.key) ?? '');
    return !absentByKernel;
  });
}
