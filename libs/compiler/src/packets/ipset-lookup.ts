import type { Ipset, IpsetType } from '@weft/kernel';
import { contains } from '@weft/model';
import type { Flight } from './packet.ts';

/** An element of a set, in the parts that a packet is compared with, and the mark that it gives to packets. */
interface Element {
  readonly text: string;
  readonly parts: readonly string[];
  readonly mark: number | undefined;
}

/** What of a packet each way in which we ask sets of a type comes to: one text for each part of an element. */
const ASKED: Readonly<Partial<Record<string, (flight: Flight) => string[]>>> = {
  'hash:ip dst': ({ destination }) => [destination],
  'hash:ip,port dst,dst': ({ destination, protocol, port }) => [destination, `${protocol}:${port}`],
  'hash:ip,port,net dst,dst,src': ({ destination, protocol, port, source }) => [destination, `${protocol}:${port}`, source],
  'hash:ip,port,ip dst,dst,src': ({ destination, protocol, port, source }) => [destination, `${protocol}:${port}`, source],
};

function elementOf(text: string): Element {
  const [key = '', , mark] = text.split(' ');
  return { text, parts: key.split(','), mark: mark === undefined ? undefined : Number(mark) };
}

const covers = (part: string, asked: string) => part === asked || (part.includes('/') && contains(part, asked));

/** Sets of a node, ready to be asked by rules (ipset(8), iptables-extensions(8) on `set`). */
export class IpsetLookup {
  readonly #sets: ReadonlyMap<string, { readonly type: IpsetType; readonly elements: readonly Element[] }>;

  constructor(sets: readonly Ipset[]) {
    this.#sets = new Map(sets.map(({ name, type, elements }) => [name, { type, elements: elements.map(elementOf) }]));
  }

  /** The element of a set that a packet is in; `asked` is `NAME:dst,dst`. Throws Error for a set that is not there and a way to ask that we do not use. */
  find(asked: string, flight: Flight): Element | undefined {
    const [name = '', fields] = asked.split(':');
    const set = this.#sets.get(name);
    if (set === undefined) throw new Error(`no set ${name}`);
    const partsOf = ASKED[`${set.type} ${fields}`];
    if (partsOf === undefined) throw new Error(`not a way in which we ask a set ${set.type}: ${fields}`);
    const values = partsOf(flight);
    return set.elements.find(({ parts }) => parts.length === values.length && parts.every((part, at) => covers(part, values[at] ?? '')));
  }
}
