import type { Sysctl } from '@weft/kernel';
import { BRIDGE_NAME } from '@weft/model';
import type { Fragment, NodeView } from '../fragment.ts';

/** A setting of the host's own namespace. */
export function hostSysctl(key: string, value: string): Sysctl {
  return { netns: null, key, value };
}

/** Settings of a link of ours in the host's namespace. */
export function linkSysctls(link: string, reversePath: 'strict' | 'loose'): Sysctl[] {
  return [
    // Strict keeps a pod from sending under another's address (RFC 3704); the larger of this and conf/all counts.
    hostSysctl(`net/ipv4/conf/${link}/rp_filter`, reversePath === 'strict' ? '1' : '2'),
    hostSysctl(`net/ipv4/conf/${link}/send_redirects`, '0'),
    // A pod must not become the host's IPv6 router (CVE-2020-10749).
    hostSysctl(`net/ipv6/conf/${link}/accept_ra`, '0'),
  ];
}

/** What makes a host a router of pods. */
export function forwarding({ node }: NodeView): Fragment {
  return {
    sysctls: [
      hostSysctl('net/ipv4/ip_forward', '1'),
      // Redirects are sent when either this or the link's own setting says so.
      hostSysctl('net/ipv4/conf/all/send_redirects', '0'),
      ...linkSysctls(BRIDGE_NAME, 'strict'),
      // Without it a service's reply between two pods of one bridge is bridged past address translation.
      ...(node.podLink === 'bridge' ? [hostSysctl('net/bridge/bridge-nf-call-iptables', '1')] : []),
    ],
  };
}
