import type { DesiredState } from '@weft/model';
import { plan } from '@weft/testing/desired';
import { type Packet } from '../../src/packets/index.ts';
import { type Trace } from '../packets/trace.ts';
import { senders } from './traced.ts';

/** Packets that ask every question about a state: to each of its ports by each way in, from everybody, and to what it does not have. */
export function questions(state: DesiredState): Packet[] {
  const ways = state.services.flatMap(({ clusterIP, externalIPs, loadBalancerIPs, ports }) => [
    ...[clusterIP, ...externalIPs, ...loadBalancerIPs].flatMap((destination) =>
      [...ports, { port: 9 }].map(({ port }) => ({ destination, port })),
    ),
    ...ports.flatMap(({ nodePort }) =>
      nodePort === null
        ? []
        : [plan.host(1), '100.64.1.1', '127.0.0.1', plan.host(2)].map((destination) => ({ destination, port: nodePort })),
    ),
  ]);
  const elsewhere = [plan.service(99), plan.pod(2, 1), plan.outside, plan.host(1)].map((destination) => ({ destination, port: 80 }));
  return [...ways, ...elsewhere].flatMap((way) =>
    Object.values(senders).flatMap((sender) =>
      (['tcp', 'udp', 'sctp'] as const).flatMap((protocol) => [
        { ...sender, ...way, protocol },
        { ...sender, ...way, protocol, wasWith: `${plan.pod(2, 1)}:8080` },
      ]),
    ),
  );
}

/** An answer in which the turns of one endpoint are one share, to some digits; endpoints are in the order of their text. */
export function merged(trace: Trace, digits = 4): Trace {
  if (trace.verdict !== 'dnat') return trace;
  const shares = Map.groupBy(trace.candidates, ({ ip, port, masquerade }) => `${ip}:${port} ${masquerade}`);
  const candidates = Array.from(shares.values(), ([first, ...more]) => ({
    ...(first as NonNullable<typeof first>),
    share: Number([first, ...more].reduce((sum, one) => sum + (one?.share ?? 0), 0).toFixed(digits)),
  }));
  return { ...trace, candidates: candidates.sort((a, b) => (`${a.ip}:${a.port}` < `${b.ip}:${b.port}` ? -1 : 1)) };
}
