import { fileURLToPath } from 'node:url';
import { type PacketTracing, realTracing } from '@weft/host';
import { createTestHost, type TestHost } from '../test-host.ts';

/** A host between two pods, 10.9.1.2 in wf-a and 10.9.2.2 in wf-b, with an address 198.19.0.1:80 that leads to port 8080 of the second. */
export interface TraceWorld {
  readonly host: TestHost;
  readonly tracing: PacketTracing;
  destroy(): Promise<void>;
}

const SEND_SCRIPT = fileURLToPath(new URL('../../src/trace/send-packet.ts', import.meta.url));

const RULES = `table ip weft {
  map services { type ipv4_addr . inet_service : ipv4_addr . inet_service; elements = { 198.19.0.1 . 80 : 10.9.2.2 . 8080 }
  }
  chain nat {
    type nat hook prerouting priority dstnat
    meta l4proto tcp dnat ip to ip daddr . th dport map @services
  }
  chain source {
    type nat hook postrouting priority srcnat
    tcp dport 8081 masquerade
  }
}
table inet firewall {
  chain guard {
    type filter hook forward priority 0
    tcp dport 9999 drop comment "nobody"
    udp dport 9998 reject
  }
}
`;

/** The argv prefix that leads to a host. */
export const enterOf = (pid: number) => ['nsenter', '-t', `${pid}`, '-n', '-m'];

export async function traceWorld(): Promise<TraceWorld> {
  const host = await createTestHost();
  const pods = [
    ['wf-a', '10.9.1'],
    ['wf-b', '10.9.2'],
  ] as const;
  for (const [netns, net] of pods) {
    await host.must(['ip', 'netns', 'add', netns]);
    await host.must(['ip', 'link', 'add', netns, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns]);
    const inside = [`address add ${net}.2/24 dev eth0`, 'link set eth0 up', 'link set lo up', `route add default via ${net}.1`];
    await host.must(['ip', '-batch', '-'], `address add ${net}.1/24 dev ${netns}\nlink set ${netns} up\n`);
    await host.must(['ip', '-n', netns, '-batch', '-'], `${inside.join('\n')}\n`);
  }
  await host.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  await host.must(['nft', '-f', '-'], RULES);
  return { host, tracing: realTracing({ sendScript: SEND_SCRIPT, enter: enterOf(host.pid) }), destroy: () => host.destroy() };
}
