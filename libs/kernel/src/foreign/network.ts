import { isOurLink, type KernelObject } from '@weft/model';
import { orderedObjects } from '../inventory/identity.ts';
import { ROUTE_PROTOCOL } from '../network/objects.ts';

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Ours, and what the kernel makes of each address by itself. */
const LEFT_OUT = new RegExp(` proto (${ROUTE_PROTOCOL}|kernel)( |$)`);

/** The host's routes that somebody else made, of all tables, from what `ip -4 route show table all` prints. */
export function foreignRouteObjects(text: string): KernelObject[] {
  return orderedObjects(
    'route',
    'host',
    linesOf(text).filter((line) => !LEFT_OUT.test(line)),
  );
}

/** The host's links that are not ours, from what `ip -o link show` prints: `2: eth0@if7: <BROADCAST,…> mtu 1500 …`. */
export function foreignLinkObjects(text: string): KernelObject[] {
  return linesOf(text).flatMap((line): KernelObject[] => {
    const [, name, rest] = /^\d+: ([^@:\s]+)\S*: (.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined || isOurLink(name)) return [];
    return [{ kind: 'link', place: 'host', key: name, text: `${name} ${rest.replaceAll('\\', '').replace(/\s+/g, ' ')}` }];
  });
}
