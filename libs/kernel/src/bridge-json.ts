import type { FdbEntry } from './net.ts';

interface BridgeFdbJson {
  readonly mac: string;
  readonly ifname: string;
  readonly dst?: string;
  readonly state?: string;
}

/** The static entries of one VXLAN device, from `bridge -j fdb show dev NAME`. */
export function toFdb(entries: readonly BridgeFdbJson[], device: string): FdbEntry[] {
  return entries
    .filter((entry) => entry.state === 'permanent' && entry.dst !== undefined)
    .map((entry) => ({ device, mac: entry.mac, destination: entry.dst ?? '' }));
}
