import type { AuditEvent, KernelObject } from '@weft/model';
import type { LocalFleet } from '../fleet/local-fleet.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

async function everything<T>(fleet: LocalFleet, path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<T> = await fleet.call('GET', `${path}&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** A thing and its text, as explanations and lists of rules have them. */
export const nameOf = ({ kind, place, key, text }: KernelObject) => JSON.stringify([kind, place, key, text]);

/**
 * The change that each thing on a node came with, found without walking back from it: by listing what the node had to have as of every revision, and asking who
 * made that revision since which a thing is there.
 */
export async function originsByRevision(fleet: LocalFleet, nodeId: string, upTo: number): Promise<ReadonlyMap<string, AuditEvent>> {
  const changes = new Map((await everything<AuditEvent>(fleet, '/audit-events?')).map((event) => [event.revision, event]));
  let since = new Map<string, number>();
  for (const revision of [...changes.keys()].filter((one) => one <= upTo).sort((a, b) => a - b)) {
    const rules = await everything<KernelObject>(fleet, `/nodes/${nodeId}/rules?revision=${revision}`).catch(() => []);
    since = new Map(rules.map((rule) => [nameOf(rule), since.get(nameOf(rule)) ?? revision]));
  }
  return new Map([...since].flatMap(([name, revision]) => (changes.has(revision) ? [[name, changes.get(revision) as AuditEvent]] : [])));
}
