import type { Sysctl } from '@weft/kernel';
import type { DesiredNode } from '@weft/model';
import { hostSysctl } from '../../network/forwarding.ts';

/**
 * How the kernel runs IPVS (Documentation/networking/ipvs-sysctl.rst). All of these exist since 4.1; the probe asks for 5.9, since when a client port that is
 * used again gets a new endpoint at once (conn_reuse_mode) instead of after a second.
 */
export function settings({ strictArp }: DesiredNode): Sysctl[] {
  return [
    // Connections are seen by connection tracking, or they could not be masqueraded.
    hostSysctl('net/ipv4/vs/conntrack', '1'),
    hostSysctl('net/ipv4/vs/conn_reuse_mode', '1'),
    // A packet of a connection whose endpoint was taken away ends the connection, and the next one gets another endpoint.
    hostSysctl('net/ipv4/vs/expire_nodest_conn', '1'),
    // A client does not stay with an endpoint that is going.
    hostSysctl('net/ipv4/vs/expire_quiescent_template', '1'),
    ...(strictArp
      ? [
          // An address is answered for on the link that bears it only, and asked for under one of the link's own (RFC 826 has a host, not links).
          hostSysctl('net/ipv4/conf/all/arp_ignore', '1'),
          hostSysctl('net/ipv4/conf/all/arp_announce', '2'),
        ]
      : []),
  ];
}
