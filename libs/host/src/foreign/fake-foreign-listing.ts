import { EMPTY_CONFIG, IPSET_PREFIX, IPTABLES_CHAIN_PREFIX, inventory, NFT_TABLE, ownedServices, ROUTE_PROTOCOL } from '@weft/kernel';
import { isOurLink, type KernelKind, type KernelObject } from '@weft/model';
import type { FakeHost } from '../fake/fake-host.ts';
import { KERNEL_PROTOCOL } from '../fake/fake-state.ts';
import type { ForeignListing } from './foreign-listing.ts';

/** What others have on a fake host. */
export function fakeForeignListing(host: FakeHost): ForeignListing {
  return {
    async list(kinds?: ReadonlySet<KernelKind>): Promise<KernelObject[]> {
      const { links, routes, nftTables, iptables, ipvs, ipsets } = host.state;
      const { [`ip ${NFT_TABLE}`]: _ours, ...tables } = nftTables;
      const owned = new Set(ownedServices(ipvs, ipsets));
      const all = [
        ...inventory({
          ...EMPTY_CONFIG,
          links: links.filter(({ netns, name }) => netns === null && !isOurLink(name)),
          routes: routes.filter(({ netns, protocol }) => netns === null && protocol !== ROUTE_PROTOCOL && protocol !== KERNEL_PROTOCOL),
          iptables: {
            tables: iptables.tables.map((table) => ({
              ...table,
              chains: table.chains.filter(({ name }) => !name.startsWith(IPTABLES_CHAIN_PREFIX)),
              jumps: [],
            })),
          },
          ipsets: ipsets.filter(({ name }) => !name.startsWith(IPSET_PREFIX)),
          ipvs: ipvs.filter((service) => !owned.has(service)),
        }),
        ...Object.values(tables).flatMap((nft) => inventory({ ...EMPTY_CONFIG, nft })),
      ];
      return all.filter(({ kind }) => kinds === undefined || kinds.has(kind));
    },
  };
}
