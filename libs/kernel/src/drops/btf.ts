/** Kinds of types that have members or values, or only lead to another type (linux/btf.h). */
const KIND = { struct: 4, union: 5, enum: 6, typedef: 8, volatile: 9, const: 10, restrict: 11, typeTag: 18 } as const;
const LEADING: ReadonlySet<number> = new Set([KIND.typedef, KIND.volatile, KIND.const, KIND.restrict, KIND.typeTag]);

/** Bytes that follow a type of each kind: once, and for each of its members, values or parameters. */
const TRAILING: Readonly<Record<number, readonly [once: number, each: number]>> = {
  1: [4, 0],
  3: [12, 0],
  [KIND.struct]: [0, 12],
  [KIND.union]: [0, 12],
  [KIND.enum]: [0, 8],
  13: [0, 8],
  14: [4, 0],
  15: [0, 12],
  17: [4, 0],
  19: [0, 12],
};

const MAGIC = 0xeb9f;
const TYPE_BYTES = 12;

interface Type {
  readonly at: number;
  readonly name: number;
  readonly kind: number;
  readonly count: number;
  /** The first of its members' offsets are in 24 bits. */
  readonly flag: boolean;
  /** What it leads to, or its size. */
  readonly target: number;
}

/** What a kernel says of its own types: BPF Type Format, as in /sys/kernel/btf/vmlinux (Documentation/bpf/btf.rst), of a machine whose low byte comes first. */
export class KernelTypes {
  readonly #view: DataView;
  readonly #strings: number;
  /** Where each type is; the first is `void`. */
  readonly #types: number[] = [0];

  /** Throws RangeError for what is none. */
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#view.getUint16(0, true) !== MAGIC) throw new RangeError('these are no types of a kernel');
    const [header, typesAt, typesLength, stringsAt] = [4, 8, 12, 16].map((at) => this.#u32(at)) as [number, number, number, number];
    this.#strings = header + stringsAt;
    for (let at = header + typesAt; at < header + typesAt + typesLength; ) {
      this.#types.push(at);
      const { kind, count } = this.#typeAt(at);
      const [once, each] = TRAILING[kind] ?? [0, 0];
      at += TYPE_BYTES + once + each * count;
    }
  }

  /** Where a member is in a struct, in bytes, also one of a nameless struct in it. Null: there is none. */
  offsetOf(struct: string, member: string): number | null {
    const found = this.#named(KIND.struct, struct);
    return found === null ? null : this.#memberOf(found, this.#textOf(member));
  }

  /** Names of an enumeration's values. */
  valuesOf(enumeration: string): ReadonlyMap<number, string> {
    const found = this.#named(KIND.enum, enumeration);
    if (found === null) return new Map();
    const entries = Array.from({ length: found.count }, (_, nth) => found.at + TYPE_BYTES + nth * 8);
    return new Map(entries.map((at) => [this.#view.getInt32(at + 4, true), this.#string(this.#u32(at))]));
  }

  #memberOf({ at, count, flag }: Type, name: Uint8Array): number | null {
    for (let nth = 0; nth < count; nth += 1) {
      const entry = at + TYPE_BYTES + nth * 12;
      const bits = this.#u32(entry + 8);
      const offset = (flag ? bits & 0xffffff : bits) / 8;
      if (this.#is(this.#u32(entry), name)) return offset;
      const inner = this.#u32(entry) === 0 ? this.#composite(this.#u32(entry + 4)) : null;
      const within = inner === null ? null : this.#memberOf(inner, name);
      if (within !== null) return offset + within;
    }
    return null;
  }

  /** The struct or union that a type is, or leads to; null: neither. */
  #composite(id: number): Type | null {
    const type = this.#typeAt(this.#types[id] ?? 0);
    if (LEADING.has(type.kind)) return this.#composite(type.target);
    return type.kind === KIND.struct || type.kind === KIND.union ? type : null;
  }

  #named(kind: number, text: string): Type | null {
    const name = this.#textOf(text);
    for (const at of this.#types.slice(1)) {
      const type = this.#typeAt(at);
      if (type.kind === kind && this.#is(type.name, name)) return type;
    }
    return null;
  }

  #typeAt(at: number): Type {
    const info = this.#u32(at + 4);
    const kind = (info >>> 24) & 0x1f;
    return { at, name: this.#u32(at), kind, count: info & 0xffff, flag: info >>> 31 === 1, target: this.#u32(at + 8) };
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** Names are of letters, digits and underscores. */
  #textOf(name: string): Uint8Array {
    return Uint8Array.from([...name, '\0'], (letter) => letter.charCodeAt(0));
  }

  #is(name: number, text: Uint8Array): boolean {
    return text.every((byte, nth) => this.#view.getUint8(this.#strings + name + nth) === byte);
  }

  #string(name: number): string {
    let text = '';
    for (let at = this.#strings + name; this.#view.getUint8(at) !== 0; at += 1) text += String.fromCharCode(this.#view.getUint8(at));
    return text;
  }
}
