/** Bytes that wait for whoever takes them, in the order in which they came. */
export class ByteQueue {
  #pieces: Buffer[] = [];
  #length = 0;

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The first bytes, at most so many; they are no longer in it. */
  take(max: number): Buffer {
    const all = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    const taken = all.subarray(0, max);
    const rest = all.subarray(taken.length);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return taken;
  }
}
