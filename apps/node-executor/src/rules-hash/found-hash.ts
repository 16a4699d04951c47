import { type InventorySum, inventorySum, type NodeConfig, objectsIn, subtractSum, sumText } from '@weft/kernel';
import { withDraining } from '@weft/reconcile';
import type { Compilation } from '../dataplane/compilation.ts';

const sumOf = (config: NodeConfig) => inventorySum(objectsIn(config));

/** A host as if nobody knew which connections have ended: what is going is gone when it is taken away, and not before. */
const uncounted = (observed: NodeConfig): NodeConfig => ({
  ...observed,
  ipvs: observed.ipvs.map((service) => ({
    ...service,
    destinations: service.destinations.map(({ connections: _connections, ...destination }) => destination),
  })),
});

/** The sum of what stands on a host only as long as connections of IPVS go on. */
function leaving(compilation: Compilation, observed: NodeConfig): InventorySum {
  return subtractSum(sumOf(withDraining(compilation.config, uncounted(observed))), compilation.sum);
}

/** The digest of what was found on a host that has come to a compilation, as receipts have it: without what only stands until connections end. */
export function foundHash(compilation: Compilation, observed: NodeConfig): string {
  const found = sumOf(observed);
  return sumText(observed.ipvs.length === 0 ? found : subtractSum(found, leaving(compilation, observed)));
}
