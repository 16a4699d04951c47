import { readFileSync } from 'node:fs';
import { dropProgram, droppedPacket, dropReason, isDropped, KernelTypes, packetLayout, QUEUE_PLACE, type TracedPacket } from '@weft/kernel';
import { expect, it } from 'vitest';
import { type WrittenType, writtenTypes } from './kernel-types.ts';

const [INT, POINTER, ARRAY, STRUCT, UNION, ENUM, TYPEDEF, CONST] = [1, 2, 3, 4, 5, 6, 8, 10];

/** As a kernel has them, with what stands between those that are looked for. */
const TYPES: readonly WrittenType[] = [
  { kind: INT, name: 'int', target: 4, rest: [32] },
  { kind: POINTER, target: 1 },
  { kind: ARRAY, rest: [1, 1, 4] },
  {
    kind: STRUCT,
    target: 16,
    flag: true,
    members: [
      ['protocol', 1, 0],
      ['network_header', 1, 32],
    ],
  },
  { kind: UNION, target: 16, members: [['', 4, 0]] },
  { kind: CONST, target: 5 },
  { kind: TYPEDEF, name: 'headers_t', target: 6 },
  {
    kind: STRUCT,
    name: 'sk_buff',
    target: 64,
    members: [
      ['dev', 2, 128],
      ['', 7, 192],
      ['head', 2, 384],
    ],
  },
  { kind: STRUCT, name: 'net_device', target: 512, members: [['nd_net', 2, 2_112]] },
  { kind: STRUCT, name: 'net', target: 512, members: [['ns', 12, 1_280]] },
  {
    kind: ENUM,
    name: 'skb_drop_reason',
    target: 4,
    members: [
      ['SKB_NOT_DROPPED_YET', 0],
      ['SKB_DROP_REASON_IP_RPFILTER', 16],
    ],
  },
  { kind: STRUCT, name: 'ns_common', target: 32, members: [['inum', 1, 128]] },
];

const types = new KernelTypes(writtenTypes(TYPES));

it('finds where a kernel has what is asked of a packet, also in nameless structs', () => {
  expect(packetLayout(types)).toEqual({ head: 48, networkHeader: 28, device: 16, netns: 264, inode: 176 });
  expect(types.offsetOf('sk_buff', 'nothing')).toBeNull();
  expect(packetLayout(new KernelTypes(writtenTypes(TYPES.slice(0, 8))))).toBeNull();
});

it('knows what a kernel calls its reasons', () => {
  const names = types.valuesOf('skb_drop_reason');
  expect([...names.keys()].map((number) => dropReason(number, names))).toEqual([
    'NOT_DROPPED_YET',
    'IP_RPFILTER, its source is not routed back where it came from (rp_filter)',
  ]);
  expect(types.valuesOf('nothing').size).toBe(0);
});

/** As /sys/kernel/btf/vmlinux has them of a kernel, a line each: the number and the name. */
function namesOf(kernel: string): ReadonlyMap<number, string> {
  const lines = readFileSync(new URL(`../testdata/drops/reasons-${kernel}.txt`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const members = lines.map((line) => line.split(' ')).map(([number, name = '']) => [name, Number(number)] as const);
  const written = writtenTypes([{ kind: ENUM, name: 'skb_drop_reason', target: 4, members }]);
  return new KernelTypes(written).valuesOf('skb_drop_reason');
}

it.each([
  ['6.1', { noSocket: 2, netfilter: 7, rpFilter: 11 }],
  ['6.18', { noSocket: 3, netfilter: 12, rpFilter: 16 }],
])('calls a reason what the running kernel calls it: on Linux %s', (kernel, { noSocket, netfilter, rpFilter }) => {
  const names = namesOf(kernel);
  expect([noSocket, netfilter, rpFilter].map((number) => dropReason(number, names).split(',')[0])).toEqual([
    'NO_SOCKET',
    'NETFILTER_DROP',
    'IP_RPFILTER',
  ]);
  expect(dropReason(0x1_0002, names)).toBe('reason 65538, for which this kernel has no name');
});

it('takes nothing for the types of a kernel that is none', () => {
  expect(() => new KernelTypes(new Uint8Array(64))).toThrow(RangeError);
});

it('writes a program that has one place for its queue', async () => {
  const layout = packetLayout(types);
  if (layout === null) throw new Error('no layout');
  const program = dropProgram(layout, { protocol: 6, netns: 0xf000019c });
  expect(program.split(QUEUE_PLACE)).toHaveLength(2);
  const instructions = program.match(/.{16}/g) ?? [];
  expect(instructions.join('')).toBe(program);
  await expect(`${instructions.join('\n')}\n`).toMatchFileSnapshot('../testdata/drops/program.hex');
});

/** As a kernel told it: of a datagram to 127.0.0.1:9999, where nobody listens. */
const RECORD = '030000009c0100f04500001f8c2440004011b0a77f0000017f000001889e270f000bfe1e68690a00ffffffffffffffff';
const PACKET: TracedPacket = {
  iif: null,
  oif: 'lo',
  source: '127.0.0.1',
  destination: '127.0.0.1',
  protocol: 'udp',
  sourcePort: 34_974,
  destinationPort: 9_999,
  ipId: 0x8c24,
};

it('reads what the program tells, and knows the packet again', () => {
  const dropped = droppedPacket(RECORD);
  expect(dropped).toEqual({
    reason: 3,
    ipId: 0x8c24,
    source: '127.0.0.1',
    destination: '127.0.0.1',
    sourcePort: 34_974,
    destinationPort: 9_999,
  });
  if (dropped === null) throw new Error('no packet');
  expect(isDropped(PACKET, dropped)).toBe(true);
  for (const other of [{ ipId: 1 }, { source: '127.0.0.2' }, { destinationPort: 9_998 }])
    expect(isDropped({ ...PACKET, ...other }, dropped)).toBe(false);
});

it('knows no ports that are beyond what was told', () => {
  const withOptions = RECORD.replace('45000', '4a000');
  expect(droppedPacket(withOptions)).toMatchObject({ sourcePort: null, destinationPort: null });
  expect(droppedPacket('ready')).toBeNull();
});
