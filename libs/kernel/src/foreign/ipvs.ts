import type { KernelObject } from '@weft/model';
import { ipvsObjects } from '../inventory/ipvs.ts';
import { IPSET_PREFIX } from '../ipset/ipset.ts';
import { parseIpsetSave } from '../ipset/parse.ts';
import { ownedServices } from '../ipvs/owned.ts';
import { parseIpvsSave } from '../ipvs/parse.ts';

/** Sets that are not ours, with the number of their elements, from what `ipset save` prints. */
export function foreignIpsetObjects(saved: string): KernelObject[] {
  const elements = new Map<string, number>();
  const sets: KernelObject[] = [];
  for (const line of saved.split('\n')) {
    const [verb, name = ''] = line.split(' ');
    if (name.startsWith(IPSET_PREFIX)) continue;
    if (verb === 'create') sets.push({ kind: 'ipset', place: 'host', key: name, text: line });
    else if (verb === 'add') elements.set(name, (elements.get(name) ?? 0) + 1);
  }
  return sets.map((set) => ({ ...set, text: `${set.text} # ${elements.get(set.key) ?? 0} elements` }));
}

/** Virtual services that our sets do not name, from what `ipvsadm -S -n` and `ipset save` print. */
export function foreignIpvsObjects(savedServices: string, savedSets: string): KernelObject[] {
  const all = parseIpvsSave(savedServices);
  const ours = new Set(ownedServices(all, parseIpsetSave(savedSets)));
  return all.filter((service) => !ours.has(service)).flatMap(ipvsObjects);
}
