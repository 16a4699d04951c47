import type { FdbEntry } from './objects.ts';

interface BridgeFdbJson {
  readonly mac: string;
  readonly ifname: string;
  readonly dst?: string;
  readonly state?: string;
}

/** The static entries of VXLAN devices, from `bridge -j fdb show`, of the links chosen. */
export function toFdb(entries: readonly BridgeFdbJson[], ofLink: (name: string) => boolean): FdbEntry[] {
  return entries
    .filter((entry) => entry.state === 'permanent' && entry.dst !== undefined && ofLink(entry.ifname))
    .map((entry) => ({ device: entry.ifname, mac: entry.mac, destination: entry.dst ?? '' }));
}
