import { LINK_TYPES, type LinkType, pcapHeader } from '../../src/captures/pcap.ts';

/** The record of a packet that was seen so many microseconds after 1970, with this content. */
export function record(at: number, content: string): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(at / 1_000_000), 0);
  header.writeUInt32LE(at % 1_000_000, 4);
  header.writeUInt32LE(content.length, 8);
  header.writeUInt32LE(content.length, 12);
  return Buffer.concat([header, Buffer.from(content)]);
}

/** A stream as tcpdump writes it. */
export const stream = (records: readonly Buffer[], linkType: LinkType = LINK_TYPES.ethernet) =>
  Buffer.concat([pcapHeader(96, linkType), ...records]);

/** What is in the packets of a stream, one after the other. */
export function contents(whole: Buffer): string[] {
  const found: string[] = [];
  for (let at = 24; at < whole.length; ) {
    const length = whole.readUInt32LE(at + 8);
    found.push(whole.subarray(at + 16, at + 16 + length).toString());
    at += 16 + length;
  }
  return found;
}
