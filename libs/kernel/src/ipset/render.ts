import { IPSET_PREFIX, type Ipset, type IpsetOp } from './ipset.ts';

/** Most elements that one of our sets holds; the kernel's own limit when none is given is 65,536. */
const MAX_ELEMENTS = 1_048_576;

const NAME = new RegExp(`^${IPSET_PREFIX}[A-Z0-9-]{1,${31 - IPSET_PREFIX.length}}$`);
const ELEMENT = /^[a-z0-9.:,/]+(?: skbmark 0x[0-9a-f]+)?$/;

function named(name: string): string {
  if (!NAME.test(name)) throw new RangeError(`not the name of one of our sets: ${JSON.stringify(name)}`);
  return name;
}

function element(text: string): string {
  if (!ELEMENT.test(text)) throw new RangeError(`not an element that can be given to ipset: ${JSON.stringify(text)}`);
  return text;
}

/** An element without what it carries. */
const keyOfElement = (text: string) => text.split(' ')[0] ?? text;

function create({ name, type, skbinfo }: Omit<Ipset, 'elements'>): string {
  return `create ${named(name)} ${type} family inet maxelem ${MAX_ELEMENTS}${skbinfo ? ' skbinfo' : ''}`;
}

function lines(op: IpsetOp): string[] {
  switch (op.op) {
    case 'create':
      return [create(op.set)];
    case 'add':
      return op.elements.map((text) => `add ${named(op.name)} ${element(text)}`);
    case 'delete':
      return op.elements.map((text) => `del ${named(op.name)} ${keyOfElement(element(text))}`);
    case 'destroy':
      return [`destroy ${named(op.name)}`];
  }
}

/** The text that `ipset restore` reads for these operations. Throws RangeError for a set that is not ours and for text that is no element. */
export function renderIpsetRestore(ops: readonly IpsetOp[]): string {
  return ops
    .flatMap(lines)
    .map((line) => `${line}\n`)
    .join('');
}

/** Sets as `ipset save` prints them, but for what the kernel chose (hashsize, bucketsize, initval). Throws RangeError as renderIpsetRestore does. */
export function renderIpsetSave(sets: readonly Ipset[]): string {
  return renderIpsetRestore(
    sets.flatMap((set): IpsetOp[] => [
      { op: 'create', set },
      { op: 'add', name: set.name, elements: set.elements },
    ]),
  );
}
