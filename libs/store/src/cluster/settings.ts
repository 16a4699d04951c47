import type { Cluster, ClusterNetwork } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** The settings with the counter's position. Throws Error when the database was never initialised. */
export async function readCluster(tables: Tables): Promise<Cluster> {
  const settings = await tables.cluster.findUnique({ where: { id: 1 } });
  const counter = await tables.revisionCounter.findUnique({ where: { id: 1 } });
  if (settings === null || counter === null) throw new Error('the cluster is not initialised: run the control plane with `migrate` first');
  const { epoch, revision } = counter;
  return { ...(settings.network as ClusterNetwork), epoch, revision: Number(revision), generation: settings.generation };
}

/** Just the settings that shape the network. */
export function networkOf({ epoch: _epoch, revision: _revision, generation: _generation, ...network }: Cluster): ClusterNetwork {
  return network;
}
