import type { Conntrack } from '@weft/host';
import type { ConntrackEntry } from '@weft/kernel';
import { expect } from 'vitest';

/** A UDP flow from a client to port 53 of an address, answered from port 5353 of another. */
export function flow(client: string, to: string, by: string): ConntrackEntry {
  return {
    original: { source: client, destination: to, sourcePort: 4000, destinationPort: 53 },
    reply: { source: by, destination: client, sourcePort: 5353, destinationPort: 4000 },
  };
}

const [service, other] = ['198.19.0.1', '198.19.0.2'];
const [gone, alive] = ['100.64.1.2', '100.64.1.3'];

/** What is tracked at first. */
export const TRACKED: readonly ConntrackEntry[] = [
  flow('192.0.2.11', service, gone),
  flow('192.0.2.12', service, gone),
  flow('192.0.2.13', service, alive),
  flow('192.0.2.14', other, gone),
  flow('192.0.2.15', other, alive),
];

const byText = (entries: readonly ConntrackEntry[]) => entries.map((entry) => JSON.stringify(entry)).sort();

/** Leads a table that tracks `TRACKED` through deletions: exactly what filters name goes, and is told. */
export async function expectDeletions(conntrack: Conntrack): Promise<void> {
  const at = (destination: string, reply: string | null) => ({
    destination,
    destinationPort: 53,
    reply: reply === null ? null : { source: reply, sourcePort: 5353 },
  });
  expect(byText(await conntrack.udpEntries())).toEqual(byText(TRACKED));
  expect(await conntrack.deleteUdp([])).toEqual([]);
  expect(byText(await conntrack.deleteUdp([at(service, gone), at('198.19.0.9', null)]))).toEqual(byText(TRACKED.slice(0, 2)));
  expect(byText(await conntrack.udpEntries())).toEqual(byText(TRACKED.slice(2)));
  expect(byText(await conntrack.deleteUdp([at(other, null)]))).toEqual(byText(TRACKED.slice(3)));
  expect(await conntrack.deleteUdp([at(other, null), at(service, gone)])).toEqual([]);
  expect(await conntrack.udpEntries()).toEqual([TRACKED[2]]);
}
