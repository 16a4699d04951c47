/** A place that somebody has taken; given back once, however often it is asked to be. */
export type Leave = () => void;

/** Room for so many requests at a time, of which no one token can have more than its share. */
export class Room {
  private readonly held = new Map<string, number>();
  private readonly size: number;
  private readonly share: number;
  private places = 0;

  constructor(size: number, share: number) {
    this.size = size;
    this.share = share;
  }

  /** How many places are taken. */
  get taken(): number {
    return this.places;
  }

  /** Takes a place; `full` when there is none, `share` when there is none for this token. */
  enter(token: string): Leave | 'full' | 'share' {
    const has = this.held.get(token) ?? 0;
    if (this.places >= this.size) return 'full';
    if (has >= this.share) return 'share';
    this.places += 1;
    this.held.set(token, has + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.places -= 1;
      const left = (this.held.get(token) ?? 1) - 1;
      if (left === 0) this.held.delete(token);
      else this.held.set(token, left);
    };
  }
}
