/** Marks an attribute that holds attributes (NLA_F_NESTED, netlink.h). */
const NESTED = 0x8000;

/** Length and type of an attribute (struct nlattr). */
const ATTRIBUTE_HEAD = 4;

/** Length, type, flags, sequence and port of a message (struct nlmsghdr), and family, version and resource behind them (struct nfgenmsg). */
const MESSAGE_HEAD = 20;

const FIRST_SIZE = 4096;

/**
 * Writes netlink messages one behind the other (netlink(7)): lengths and types in the byte order of the machine, which is little-endian wherever this runs, everything at multiples of four bytes. What is
 * opened is closed with what `open` returned; its length is written then.
 */
export class MessageWriter {
  #bytes = Buffer.alloc(FIRST_SIZE);
  #at = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#at;
  }

  /** Everything that was written. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Begins a message. */
  openMessage(type: number, flags: number, family: number, resource: number): number {
    const from = this.#take(MESSAGE_HEAD);
    this.#bytes.writeUInt16LE(type, from + 4);
    this.#bytes.writeUInt16LE(flags, from + 6);
    this.#bytes[from + 16] = family;
    this.#bytes.writeUInt16BE(resource, from + 18);
    return from;
  }

  closeMessage(from: number): void {
    this.#bytes.writeUInt32LE(this.#at - from, from);
  }

  /** Adds flags to those of a message. */
  flag(from: number, flags: number): void {
    this.#bytes.writeUInt16LE(this.#bytes.readUInt16LE(from + 6) | flags, from + 6);
  }

  /** Begins an attribute. */
  open(type: number): number {
    const from = this.#take(ATTRIBUTE_HEAD);
    this.#bytes.writeUInt16LE(type, from + 2);
    return from;
  }

  /** Begins an attribute that holds attributes. */
  openNested(type: number): number {
    return this.open(type | NESTED);
  }

  close(from: number): void {
    this.#bytes.writeUInt16LE(this.#at - from, from);
    this.align();
  }

  /** An attribute that holds a text with a zero behind it. */
  text(type: number, text: string): void {
    const from = this.open(type);
    this.zeroEnded(text);
    this.close(from);
  }

  byte(value: number): void {
    const at = this.#take(1);
    this.#bytes[at] = value;
  }

  /** Two bytes in the order of packets. */
  short(value: number): void {
    const at = this.#take(2);
    this.#bytes.writeUInt16BE(value, at);
  }

  /** Four bytes in the order of packets, as a number with a sign. */
  word(value: number): void {
    const at = this.#take(4);
    this.#bytes.writeInt32BE(value, at);
  }

  /** A text of ASCII with a zero behind it. */
  zeroEnded(text: string): void {
    const at = this.#take(text.length + 1);
    this.#bytes.write(text, at, 'latin1');
  }

  /** Goes on at the next multiple of four. */
  align(): void {
    this.#take(-this.#at & 3);
  }

  /** Zeros for so many bytes; returns where they are. */
  #take(count: number): number {
    const from = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#bytes.length * 2, this.#at));
    return from;
  }
}
