import type { KernelKind, KernelObject } from '@weft/model';

/** Kinds whose objects have an order among those of their place: packets meet them one after the other. */
const ORDERED: ReadonlySet<KernelKind> = new Set(['nft-rule', 'iptables-rule', 'iptables-jump']);

/** True for what stands in an order among its like. */
export function isOrdered({ kind }: KernelObject): boolean {
  return ORDERED.has(kind);
}

/** What makes an object the same object in two inventories. */
export function identityOf({ kind, place, key }: Pick<KernelObject, 'kind' | 'place' | 'key'>): string {
  return `${kind}\n${place}\n${key}`;
}

/** Rules of one place as objects, in their order; a text that stands there again is numbered. */
export function orderedObjects(kind: KernelKind, place: string, texts: readonly string[]): KernelObject[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return { kind, place, key: times === 1 ? text : `${text} (${times})`, text };
  });
}
