/** A part of a manifest, by the path to it such as `spec.ports[0].appProtocol`. */
export type Leftover = string;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A manifest, or a part of it, that remembers which of its fields were taken: what was not can be named. */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #taken = new Set<string>();
  readonly #parts: Fields[] = [];

  constructor(value: unknown, path = '') {
    this.#value = isRecord(value) ? value : {};
    this.#path = path;
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  /** The value of a field, which is taken by that; undefined when it says nothing. */
  take(name: string): unknown {
    this.#taken.add(name);
    return this.#value[name] ?? undefined;
  }

  /** Takes a field when it says one of these, which are what is so anyway. */
  takeWhen(name: string, ...values: readonly string[]): void {
    if (values.includes(JSON.stringify(this.#value[name]))) this.#taken.add(name);
  }

  /** What the fields of a field say, without taking them; undefined when it has none. */
  peek(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#value[name];
    return isRecord(value) ? value : undefined;
  }

  /** A field that has fields; one that is something else is not taken. */
  part(name: string): Fields {
    if (isRecord(this.#value[name])) this.#taken.add(name);
    const part = new Fields(this.#value[name], this.#at(name));
    this.#parts.push(part);
    return part;
  }

  /** A field that is a list of things with fields; one that is something else is not taken. */
  parts(name: string): Fields[] {
    const list = this.#value[name];
    if (!Array.isArray(list) || !list.every(isRecord)) return [];
    this.#taken.add(name);
    const parts = list.map((item, index) => new Fields(item, `${this.#at(name)}[${index}]`));
    this.#parts.push(...parts);
    return parts;
  }

  /** The paths of all that was not taken. */
  leftovers(): Leftover[] {
    const own = Object.keys(this.#value).filter((name) => !this.#taken.has(name) && this.#value[name] !== null);
    return [...own.map((name) => this.#at(name)), ...this.#parts.flatMap((part) => part.leftovers())];
  }
}
