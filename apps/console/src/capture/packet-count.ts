/** Lengths of what a pcap file begins with, and of what stands before each packet (draft-ietf-opsawg-pcap §4, §5). */
const FILE_HEADER = 24;
const PACKET_HEADER = 16;

/** Where the length of what was kept of a packet stands in its header. */
const LENGTH_AT = 8;

/** Counts whole packets of a pcap stream, in the byte order of x86, however it is cut into pieces. */
export class PacketCount {
  /** How many have come in whole. */
  packets = 0;
  /** What has come and is not counted yet. */
  private rest = new Uint8Array(0);
  private skip = FILE_HEADER;

  add(piece: Uint8Array): void {
    const bytes = new Uint8Array(this.rest.length + piece.length);
    bytes.set(this.rest);
    bytes.set(piece, this.rest.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (;;) {
      const header = at + this.skip;
      if (header + PACKET_HEADER > bytes.length) break;
      const end = header + PACKET_HEADER + view.getUint32(header + LENGTH_AT, true);
      if (end > bytes.length) break;
      this.packets += 1;
      this.skip = 0;
      at = end;
    }
    this.rest = bytes.slice(at);
  }
}
