/** Link types of captures (www.tcpdump.org/linktypes.html). */
export const LINK_TYPES = { ethernet: 1, cookedLinux2: 276 } as const;
export type LinkType = (typeof LINK_TYPES)[keyof typeof LINK_TYPES];

/** Sizes of the header of a stream and of the header of each packet, in bytes (draft-ietf-opsawg-pcap §4 and §5). */
const HEADER_BYTES = 24;
const RECORD_BYTES = 16;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;

/** The most bytes of a packet that tcpdump keeps (MAXIMUM_SNAPLEN). */
const PACKET_MAX = 262_144;

/** What begins every stream: microseconds, little-endian. */
export function pcapHeader(snaplen: number, linkType: LinkType): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC_MICROSECONDS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(snaplen, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/** A captured packet: when it was seen, in microseconds since 1970, and its record, header included. */
export interface PcapRecord {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Cuts a stream, which comes in pieces of any size, into its packets. */
export class PcapReader {
  readonly #linkType: LinkType;
  #rest: Buffer = Buffer.alloc(0);
  #begun = false;

  constructor(linkType: LinkType) {
    this.#linkType = linkType;
  }

  /** The packets that are whole now. Throws Error for what is no stream of this type. */
  read(piece: Buffer): PcapRecord[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    if (!this.#begun && !this.#begin()) return [];
    const records: PcapRecord[] = [];
    let at = 0;
    while (this.#rest.length - at >= RECORD_BYTES) {
      const length = this.#rest.readUInt32LE(at + 8);
      if (length > PACKET_MAX) throw new Error(`a packet of ${length} bytes`);
      const end = at + RECORD_BYTES + length;
      if (end > this.#rest.length) break;
      const seconds = this.#rest.readUInt32LE(at);
      records.push({ at: seconds * 1_000_000 + this.#rest.readUInt32LE(at + 4), bytes: this.#rest.subarray(at, end) });
      at = end;
    }
    this.#rest = this.#rest.subarray(at);
    return records;
  }

  /** True when the header is there. */
  #begin(): boolean {
    if (this.#rest.length < HEADER_BYTES) return false;
    const [magic, linkType] = [this.#rest.readUInt32LE(0), this.#rest.readUInt32LE(20)];
    if (magic !== MAGIC_MICROSECONDS || linkType !== this.#linkType)
      throw new Error(`not a pcap stream of link type ${this.#linkType}: ${magic.toString(16)}, ${linkType}`);
    this.#rest = this.#rest.subarray(HEADER_BYTES);
    this.#begun = true;
    return true;
  }
}
