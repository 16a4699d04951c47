import type { AnyObject } from '../kinds/kind.ts';

/** The longest time between two looks at an object that stays as it is, in turns of looking. */
const LONGEST_PAUSE = 20;

/** How far an object had come, and when it is looked at again, in turns. */
interface Standing {
  readonly progress: string;
  readonly pause: number;
  readonly due: number;
}

/** Objects that are not yet where they are to be, each to be looked at again: in the next turn, and after twice as many each time that it has not moved. */
export class OnTheirWay {
  readonly #standings = new Map<string, Standing>();
  readonly #progressOf: (object: AnyObject) => string | null;
  #turn = 0;

  /** @param progressOf how far an object has come; null: it has settled */
  constructor(progressOf: (object: AnyObject) => string | null) {
    this.#progressOf = progressOf;
  }

  /** Begins the next turn: the ids to look at. */
  nextTurn(): ReadonlySet<string> {
    this.#turn += 1;
    return new Set([...this.#standings].filter(([, { due }]) => due <= this.#turn).map(([id]) => id));
  }

  /** Takes what a watch told of an object. */
  told(object: AnyObject): void {
    this.#put(object, 1);
  }

  /** Takes what a look in this turn showed of an object; true when it has moved. A look that was begun before the watch told of the object shows nothing. */
  looked(object: AnyObject): boolean {
    const before = this.#standings.get(object.id);
    if (before === undefined || before.due > this.#turn) return false;
    const moved = this.#progressOf(object) !== before.progress;
    this.#put(object, moved ? 1 : Math.min(before.pause * 2, LONGEST_PAUSE));
    return moved;
  }

  /** Takes that an object is gone. */
  forget(id: string): void {
    this.#standings.delete(id);
  }

  #put(object: AnyObject, pause: number): void {
    const progress = this.#progressOf(object);
    if (progress === null) this.forget(object.id);
    else this.#standings.set(object.id, { progress, pause, due: this.#turn + pause });
  }
}
