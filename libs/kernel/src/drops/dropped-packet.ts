import type { TracedPacket } from '../monitor/nft-trace.ts';
import { DROP_RECORD_BYTES } from './drop-program.ts';

/** A packet that the kernel dropped, and the number of its reason. Ports are null where the packet was cut before them. */
export interface DroppedPacket extends Pick<TracedPacket, 'source' | 'destination' | 'sourcePort' | 'destinationPort' | 'ipId'> {
  readonly reason: number;
}

/** Where the packet begins in a record (dropProgram), and fields in it (RFC 791). */
const PACKET = 8;
const FIELD = { ipId: PACKET + 4, source: PACKET + 12, destination: PACKET + 16 } as const;

/** Reads a record of dropProgram, given in hex. Null for what is none. */
export function droppedPacket(hex: string): DroppedPacket | null {
  if (hex.length !== DROP_RECORD_BYTES * 2 || /[^0-9a-f]/.test(hex)) return null;
  const bytes = Uint8Array.from({ length: DROP_RECORD_BYTES }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
  const view = new DataView(bytes.buffer);
  const ip = (at: number) => bytes.subarray(at, at + 4).join('.');
  const ports = PACKET + (view.getUint8(PACKET) & 0x0f) * 4;
  const port = (at: number) => (at + 2 <= DROP_RECORD_BYTES ? view.getUint16(at) : null);
  return {
    reason: view.getUint32(0, true),
    ipId: view.getUint16(FIELD.ipId),
    source: ip(FIELD.source),
    destination: ip(FIELD.destination),
    sourcePort: port(ports),
    destinationPort: port(ports + 2),
  };
}

/** True when a packet that was traced is the one that was dropped. */
export function isDropped(packet: TracedPacket, { reason: _, ...dropped }: DroppedPacket): boolean {
  return (Object.keys(dropped) as (keyof typeof dropped)[]).every((field) => packet[field] === dropped[field]);
}
