/** A type as btf.rst writes it down: its kind, name and members. */
export interface WrittenType {
  readonly kind: number;
  readonly name?: string;
  /** What it leads to, or its size. */
  readonly target?: number;
  /** The first of its members' offsets are in 24 bits. */
  readonly flag?: boolean;
  /** Of a struct name, type and offset in bits; of an enumeration name and value. */
  readonly members?: readonly (readonly [name: string, ...rest: number[]])[];
  /** What follows it beside members. */
  readonly rest?: readonly number[];
}

/** Types as a kernel describes them; the first has number 1. */
export function writtenTypes(types: readonly WrittenType[]): Uint8Array {
  let strings = '\0';
  const named = (name = '') => {
    if (name === '') return 0;
    const at = strings.length;
    strings += `${name}\0`;
    return at;
  };
  const words = types.flatMap(({ kind, name, target = 0, flag = false, members = [], rest = [] }) => [
    named(name),
    ((flag ? 0x80000000 : 0) | (kind << 24) | members.length) >>> 0,
    target,
    ...rest,
    ...members.flatMap(([member, ...numbers]) => [named(member), ...numbers]),
  ]);
  const [header, typesLength] = [24, words.length * 4];
  const bytes = new Uint8Array(header + typesLength + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  const head = [header, 0, typesLength, typesLength, strings.length];
  for (const [nth, word] of [...head, ...words].entries()) view.setUint32(4 + nth * 4, word, true);
  bytes.set(
    Uint8Array.from(strings, (letter) => letter.charCodeAt(0)),
    header + typesLength,
  );
  return bytes;
}
