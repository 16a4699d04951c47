import { expect, it } from 'vitest';
import { parseTraceLine, TraceReader, traceTable } from '../../src/index.ts';

const packet = (ipId: number, links: string, to = '198.19.0.1', port = 80) =>
  `packet: ${links} ether saddr 46:2f:fc:ab:04:6d ether daddr 5e:ea:fa:8e:23:1f ip saddr 10.9.1.2 ip daddr ${to} ip dscp cs0 ip ecn not-ect ` +
  `ip ttl 64 ip id ${ipId} ip length 60 tcp sport 42402 tcp dport ${port} tcp flags == syn tcp window 64240 `;

const lines = (...texts: string[]) => `${texts.join('\n')}\n`;

it('reads a packet, a rule with its verdict, and a policy', () => {
  expect(parseTraceLine(`trace id cd9b7392 ip weft pre ${packet(63_724, 'iif "v1" oif "v2"')}`)).toEqual({
    trace: 'cd9b7392',
    event: {
      what: 'packet',
      table: 'ip weft',
      chain: 'pre',
      packet: {
        ...{ iif: 'v1', oif: 'v2', source: '10.9.1.2', destination: '198.19.0.1', protocol: 'tcp' },
        ...{ sourcePort: 42_402, destinationPort: 80, ipId: 63_724 },
      },
    },
  });
  expect(
    parseTraceLine('trace id 1a ip mangle FORWARD rule tcp dport 8080  counter packets 0 bytes 0 meta mark set 0x1 (verdict continue)'),
  ).toEqual({
    trace: '1a',
    event: {
      what: 'rule',
      table: 'ip mangle',
      chain: 'FORWARD',
      rule: 'tcp dport 8080 counter packets 0 bytes 0 meta mark set 0x1',
      verdict: 'continue',
    },
  });
  const jump = parseTraceLine('trace id 1a ip weft services rule ip daddr vmap @ports comment "a (b)" (verdict goto chain-1)');
  expect(jump?.event).toMatchObject({ rule: 'ip daddr vmap @ports comment "a (b)"', verdict: 'goto chain-1' });
  expect(parseTraceLine('trace id 1a inet firewall guard policy drop meta mark 0x00000001 ')?.event).toMatchObject({
    what: 'policy',
    verdict: 'drop',
  });
});

it('reads packets of protocols that have no ports', () => {
  const icmp =
    'packet: iif "v1" ip saddr 10.9.1.2 ip daddr 10.9.1.1 ip ttl 64 ip id 7 ip protocol icmp ip length 84 icmp type echo-request icmp code 0';
  expect(parseTraceLine(`trace id 1a ip weft pre ${icmp}`)?.event).toMatchObject({ packet: { protocol: 'icmp', sourcePort: null } });
});

it.each(['', 'trace id 1a', 'add table ip weft', 'trace id 1a ip6 weft pre packet: iif "v1" ip6 saddr fe80::1 ip6 daddr fe80::2 '])(
  'passes over: %s',
  (line) => expect(parseTraceLine(line)).toBeNull(),
);

const OWN = 'trace id 1a ip weft_trace_x prerouting';
const POLICY = 'policy accept';

it('puts the events of a packet together, in pieces of any size, until it is quiet', () => {
  const reader = new TraceReader('ip weft_trace_x');
  const text = lines(
    `${OWN} ${packet(1, 'iif "v1"')}`,
    `${OWN} ${POLICY}`,
    `trace id 1a ip weft pre ${packet(1, 'iif "v1"')}`,
    `trace id 1a ip weft pre ${POLICY}`,
  );
  for (const character of text) reader.read(character, 1_000);
  expect(reader.whole(1_050, 100, 9)).toEqual([]);
  const [way] = reader.whole(1_100, 100, 9);
  expect(way?.events.map(({ what, table }) => `${table} ${what}`)).toEqual([
    ...['ip weft_trace_x packet', 'ip weft_trace_x policy'],
    ...['ip weft packet', 'ip weft policy'],
  ]);
  expect(reader.whole(9_000, 100, 9)).toEqual([]);
});

it('tells packets apart that are traced under the same number', () => {
  const reader = new TraceReader('ip weft_trace_x');
  for (const id of [1, 2]) reader.read(lines(`${OWN} ${packet(id, 'iif "v1"')}`, `${OWN} ${POLICY}`), 0);
  expect(reader.whole(100, 100, 9).map(({ events }) => events.length)).toEqual([2, 2]);
});

it('goes on with the way of a packet that meets the first hook again, as a bridge has translated it', () => {
  const reader = new TraceReader('ip weft_trace_x');
  const translated = packet(1, 'iif "v1"', '10.9.2.2', 8080);
  reader.read(
    lines(`${OWN} ${packet(1, 'iif "v1"')}`, `trace id 1a ip weft nat ${packet(1, 'iif "v1"')}`, `trace id 1a ip weft nat ${translated}`),
    0,
  );
  reader.read(lines(`trace id 2b ip weft_trace_x prerouting ${translated}`, 'trace id 2b ip weft_trace_x prerouting policy accept'), 0);
  expect(reader.whole(100, 100, 9).map(({ events }) => events.length)).toEqual([5]);
});

it('tells as many packets at a time as are asked for', () => {
  const reader = new TraceReader('ip weft_trace_x');
  for (const id of [1, 2, 3]) reader.read(lines(`trace id ${id}a ip weft_trace_x prerouting ${packet(id, 'iif "v1"')}`), 0);
  expect([reader.whole(100, 100, 2).length, reader.whole(100, 100, 2).length]).toEqual([2, 1]);
});

it('tells nothing of packets that others have traced', () => {
  const reader = new TraceReader('ip weft_trace_x');
  reader.read(
    lines(`trace id 1a ip weft_trace_y prerouting ${packet(1, 'iif "v1"')}`, `trace id 1a ip weft_trace_y prerouting ${POLICY}`),
    0,
  );
  expect(reader.whole(100, 100, 9)).toEqual([]);
});

it('has first packets of connections traced, and every datagram, and is told of them at every hook', () => {
  const flows = [
    { sources: ['10.9.1.2', '10.9.1.3'], sourcePort: 41_000, destinations: [{ ip: '198.19.0.1', port: 80 }] },
    {
      sources: [],
      sourcePort: null,
      destinations: [
        { ip: '10.9.2.2', port: 8080 },
        { ip: '10.9.2.3', port: 8080 },
      ],
    },
  ];
  expect(traceTable('weft_trace_x', 'tcp', flows).split('\n')).toEqual([
    'add table ip weft_trace_x { flags owner; }',
    'add chain ip weft_trace_x prerouting { type filter hook prerouting priority -350; policy accept; }',
    'add chain ip weft_trace_x output { type filter hook output priority -350; policy accept; }',
    'add chain ip weft_trace_x input { type filter hook input priority 350; policy accept; }',
    'add chain ip weft_trace_x forward { type filter hook forward priority 350; policy accept; }',
    'add chain ip weft_trace_x postrouting { type filter hook postrouting priority 350; policy accept; }',
    ...['prerouting', 'output'].flatMap((hook) => [
      `add rule ip weft_trace_x ${hook} ip saddr { 10.9.1.2, 10.9.1.3 } ip daddr . tcp dport { 198.19.0.1 . 80 } tcp sport 41000 tcp flags & (fin | syn | rst | ack) == syn limit rate 10/second burst 20 packets meta nftrace set 1`,
      `add rule ip weft_trace_x ${hook} ip daddr . tcp dport { 10.9.2.2 . 8080, 10.9.2.3 . 8080 } tcp flags & (fin | syn | rst | ack) == syn limit rate 10/second burst 20 packets meta nftrace set 1`,
    ]),
  ]);
  expect(traceTable('weft_trace_x', 'udp', flows)).not.toContain('tcp');
});
