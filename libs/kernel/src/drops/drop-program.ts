import type { KernelTypes } from './btf.ts';

/** Where a kernel has what is asked of a packet that it drops, in bytes. */
export interface PacketLayout {
  /** In sk_buff: where its bytes begin, how far from there its IP header is, and the link that it is on. */
  readonly head: number;
  readonly networkHeader: number;
  readonly device: number;
  /** In net_device: its network namespace. */
  readonly netns: number;
  /** In net: the namespace's number. */
  readonly inode: number;
}

/** Null: the kernel does not say. */
export function packetLayout(types: KernelTypes): PacketLayout | null {
  const [head, networkHeader, device, netns, common, inum] = [
    types.offsetOf('sk_buff', 'head'),
    types.offsetOf('sk_buff', 'network_header'),
    types.offsetOf('sk_buff', 'dev'),
    types.offsetOf('net_device', 'nd_net'),
    types.offsetOf('net', 'ns'),
    types.offsetOf('ns_common', 'inum'),
  ];
  if (head === null || networkHeader === null || device === null || netns === null || common === null || inum === null) return null;
  return { head, networkHeader, device, netns, inode: common + inum };
}

/** Which packets a program tells of: those of one protocol of IPv4 that are dropped in one network namespace, or before they are on any link. */
export interface DropOrder {
  /** As in the IP header. */
  readonly protocol: number;
  /** Number of the network namespace, as in /proc/PID/ns/net. */
  readonly netns: number;
}

/** Bytes of a packet that are told: an IP header without options, and what its protocol begins with. */
const PACKET_BYTES = 40;

/** Bytes of what the program tells of each packet: reason and namespace, four each, and the packet. */
export const DROP_RECORD_BYTES = 8 + PACKET_BYTES;

/** In a program's text, where the number of the queue goes that it tells of packets in: eight hex digits, the low byte first. */
export const QUEUE_PLACE = 'QQQQQQQQ';

/** Operations of BPF (Documentation/bpf/standardization/instruction-set.rst). */
const OP = {
  add: 0x07,
  addFrom: 0x0f,
  and: 0x57,
  call: 0x85,
  copy: 0xbf,
  exit: 0x95,
  load16: 0x69,
  load32: 0x61,
  load64: 0x79,
  load8: 0x71,
  set: 0xb7,
  skipIf: 0x16,
  skipUnless: 0x56,
  store32: 0x63,
  wide: 0x18,
  zero64: 0x7a,
} as const;
/** Functions of the kernel that programs may call (bpf-helpers(7)). */
const HELPER = { readKernel: 113, pushToQueue: 87 } as const;
/** Of a full queue the oldest goes (BPF_EXIST). */
const OLDEST_GOES = 2;
/** Registers: two whose value a call leaves as it is, and the one that has where the frame ends. */
const [CONTEXT, PACKET, FRAME] = [6, 7, 10];
/** In the first 32 bits of an instruction that loads 64: what follows is the number of a map (BPF_PSEUDO_MAP_FD). */
const A_MAP = 1;
/** The first half of the first byte of a packet of IPv4. */
const VERSION = { mask: 0xf0, four: 0x40 } as const;

const hex = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, nth) => ((value >> (8 * nth)) & 0xff).toString(16).padStart(2, '0')).join('');

const op = (code: number, to: number, from = 0, offset = 0, value = 0) =>
  `${hex(code, 1)}${hex((from << 4) | to, 1)}${hex(offset, 2)}${hex(value, 4)}`;

/** Places in the frame: what is told, and two of what is only read to go on. */
const TOLD = -DROP_RECORD_BYTES;
const AT = { reason: TOLD, netns: TOLD + 4, packet: TOLD + 8, pointer: TOLD - 8, length: TOLD - 16 } as const;
const PROTOCOL_AT = AT.packet + 9;

/** Reads so many bytes of the kernel to a place of the frame, from a register and an offset. */
const read = (to: number, bytes: number, from: number, offset: number) => [
  op(OP.copy, 3, from),
  op(OP.add, 3, 0, 0, offset),
  op(OP.copy, 1, FRAME),
  op(OP.add, 1, 0, 0, to),
  op(OP.set, 2, 0, 0, bytes),
  op(OP.call, 0, 0, 0, HELPER.readKernel),
];

const follow = (register: number, place: number) => op(OP.load64, register, FRAME, place);

/**
 * A program for the tracepoint skb:kfree_skb, as text: bytes in hex, with the place of its queue. Of each packet that is dropped for a reason it puts into the queue which, where, and how the
 * packet begins. It reads nothing but that, changes nothing, and goes with whoever loaded it.
 */
export function dropProgram({ head, networkHeader, device, netns, inode }: PacketLayout, order: DropOrder): string {
  const gather = [
    op(OP.copy, CONTEXT, 1),
    ...Array.from({ length: DROP_RECORD_BYTES / 8 }, (_, nth) => op(OP.zero64, FRAME, 0, TOLD + 8 * nth)),
    op(OP.load64, PACKET, CONTEXT, 0),
    op(OP.load64, 1, CONTEXT, 16),
    op(OP.store32, FRAME, 1, AT.reason),
    ...read(AT.pointer, 8, PACKET, device),
    follow(4, AT.pointer),
    ...read(AT.pointer, 8, 4, netns),
    follow(4, AT.pointer),
    ...read(AT.netns, 4, 4, inode),
    ...read(AT.pointer, 8, PACKET, head),
    ...read(AT.length, 2, PACKET, networkHeader),
    follow(4, AT.pointer),
    op(OP.load16, 5, FRAME, AT.length),
    op(OP.addFrom, 4, 5),
    ...read(AT.packet, PACKET_BYTES, 4, 0),
  ];
  const tell = [
    op(OP.copy, 2, FRAME),
    op(OP.add, 2, 0, 0, TOLD),
    `${op(OP.wide, 1, A_MAP).slice(0, 8)}${QUEUE_PLACE}`,
    op(0, 0),
    op(OP.set, 3, 0, 0, OLDEST_GOES),
    op(OP.call, 0, 0, 0, HELPER.pushToQueue),
  ];
  const checks = [
    { load: [op(OP.load8, 1, FRAME, PROTOCOL_AT)], is: order.protocol },
    { load: [op(OP.load8, 1, FRAME, AT.packet), op(OP.and, 1, 0, 0, VERSION.mask)], is: VERSION.four },
    // A packet of the host's own that is on no link yet is in no namespace that could be read.
    { load: [op(OP.load32, 1, FRAME, AT.netns), op(OP.skipIf, 1, 0, 1, 0)], is: order.netns },
  ];
  /** From the last to the first: whatever is not asked for skips all that follows. */
  const told = checks.toReversed().reduce((rest, { load, is }) => [load, op(OP.skipUnless, 1, 0, rest.length, is), rest].flat(), tell);
  const end = [op(OP.set, 0), op(OP.exit, 0)];
  return [...gather, ...told, ...end].join('');
}
