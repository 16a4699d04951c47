import { IPSET_PREFIX, type Ipset, type IpsetType } from './ipset.ts';

/** Reads what `ipset save` prints and keeps what is ours: sets `WEFT-*`, ordered by name. */
export function parseIpsetSave(text: string): Ipset[] {
  const sets = new Map<string, Ipset & { readonly elements: string[] }>();
  for (const line of text.split('\n')) {
    const [verb, name = '', ...words] = line.split(' ');
    if (!name.startsWith(IPSET_PREFIX)) continue;
    if (verb === 'create') sets.set(name, { name, type: words[0] as IpsetType, skbinfo: words.includes('skbinfo'), elements: [] });
    else if (verb === 'add') sets.get(name)?.elements.push(words.join(' '));
  }
  return Array.from(sets.values(), (set) => ({ ...set, elements: set.elements.sort() })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
