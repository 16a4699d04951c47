import { expect, it } from 'vitest';
import { NftMonitorReader } from '../../src/index.ts';

/** As nft 1.0.6 printed it, on Linux 6.18. */
const PRINTED = `add table ip weft
# new generation 2 by process 24503 (nft)
delete element ip weft m { 1.2.3.4 . tcp . 80 : 1.2.3.5 . 8080 }
# new generation 8 by process 24509 (nft)
delete rule ip weft c handle 4
# new generation 10 by process 24511 (nft)
add table inet weft
add table ip weft_trace_0a { flags owner }
add chain ip weft_trace_0a prerouting { type filter hook prerouting priority -350; policy accept; }
delete table ip weft_trace_0a
add element ip wefted s { 1.2.3.4 }
# new generation 11 by process 24512 (some (odd) name)
add table ip filter
add chain ip filter INPUT { type filter hook input priority filter; policy accept; }
add rule ip filter INPUT ip saddr 1.1.1.1 counter packets 0 bytes 0 drop
# new generation 13 by process 24514 (iptables)
delete rule ip filter INPUT handle 2
# new generation 14 by process 24515 (iptables)
create chain ip nat WEFT-X
add rule ip nat WEFT-X ip daddr 1.2.3.4 counter packets 0 bytes 0 return
# new generation 15 by process 24516 (iptables-nft-re)
add rule ip nat DOCKER ip daddr 1.2.3.4 counter packets 0 bytes 0 return
delete chain ip nat DOCKER
# new generation 16 by process 24516 (iptables)
delete chain ip weft c
delete table ip weft
delete table ip nat
# new generation 17 by process 24517 (nft)
`;

const expected = [
  [2, 'nft', ['nft'], 'add table ip weft'],
  [8, 'nft', ['nft'], 'delete element ip weft m { 1.2.3.4 . tcp . 80 : 1.2.3.5 . 8080 }'],
  [10, 'nft', ['nft'], 'delete rule ip weft c handle 4'],
  [11, 'some (odd) name', [], ''],
  [13, 'iptables', [], ''],
  [14, 'iptables', ['iptables'], 'delete rule ip filter INPUT handle 2'],
  [15, 'iptables-nft-re', ['iptables'], 'create chain ip nat WEFT-X'],
  [16, 'iptables', [], ''],
  [17, 'nft', ['nft', 'iptables'], 'delete chain ip weft c'],
];

it.each([1, 7, 100_000])('tells of each transaction who made it and whether it is about something of ours, in pieces of %i', (size) => {
  const reader = new NftMonitorReader();
  const pieces = Array.from({ length: Math.ceil(PRINTED.length / size) }, (_, at) => PRINTED.slice(at * size, (at + 1) * size));
  const told = pieces
    .flatMap((piece) => reader.read(piece))
    .map((news) => (news.news === 'lost' ? [] : [news.generation, news.process.name, [...news.parts], news.text]));
  expect(told).toEqual(expected);
});

it('says when the kernel had more to tell than was read', () => {
  expect(new NftMonitorReader().read('# ERROR: We lost some netlink events!\n')).toEqual([{ news: 'lost' }]);
});
