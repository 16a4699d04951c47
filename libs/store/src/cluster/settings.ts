import type { Cluster, ClusterNetwork } from '@weft/model';
import type { Tables } from '../database/database.ts';

/** The settings with the counter's position. Throws Error when the database was never initialised. */
export async function readCluster(tables: Tables): Promise<Cluster> {
  const settings = await tables.cluster.findUnique({ where: { id: 1 } });
  const counter = await tables.revisionCounter.findUnique({ where: { id: 1 } });
  if (settings === null || counter === null) throw new Error('the cluster is not initialised: run the control plane with `migrate` first');
  const { epoch, revision } = counter;
  const { notReadyAfterSeconds } = settings;
  return {
    ...(settings.network as ClusterNetwork),
    frozen: settings.frozen,
    notReadyAfterSeconds,
    epoch,
    revision: Number(revision),
    generation: settings.generation,
  };
}

/** The settings without the counter's position. */
export function networkOf({
  epoch: _epoch,
  revision: _revision,
  generation: _generation,
  notReadyAfterSeconds: _notReadyAfterSeconds,
  frozen: _frozen,
  ...network
}: Cluster): ClusterNetwork {
  return network;
}

/** The settings that shape the network, for whoever checks something against them. */
export async function readNetwork(tables: Tables): Promise<ClusterNetwork> {
  const { network } = await tables.cluster.findUniqueOrThrow({ where: { id: 1 } });
  return network as ClusterNetwork;
}
