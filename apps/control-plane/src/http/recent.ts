/** A set of the texts that were added last; beyond its size it forgets the oldest. */
export class Recent {
  private readonly texts = new Set<string>();
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  has(text: string): boolean {
    return this.texts.has(text);
  }

  add(text: string): void {
    // Added anew, it is the last in the set's order, which is that of insertion.
    this.texts.delete(text);
    this.texts.add(text);
    if (this.texts.size <= this.size) return;
    const [oldest] = this.texts;
    if (oldest !== undefined) this.texts.delete(oldest);
  }
}
