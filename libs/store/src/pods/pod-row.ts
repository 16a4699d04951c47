import {
  type Id,
  type Labels,
  mac,
  type Pod,
  type PodPhase,
  type PodPort,
  type PodRuntime,
  podLinkName,
  podNetnsName,
  type ReadinessProbe,
} from '@weft/model';
import type { Version } from '../commit/change.ts';
import type { PodModel } from '../generated/models.ts';
import { systemFields } from '../read/system-fields.ts';

export type PodRow = PodModel & { readonly node: { readonly name: string } };

/** Reads the name of a pod's node along with its row. */
export const podNode = { node: { select: { name: true } } } as const;

/** A row as the API shows it. */
export function podOf(row: PodRow): Pod {
  const { id, ready, reason, message, generation } = row;
  return {
    id: id as Id<'pod'>,
    name: row.name,
    namespace: row.namespace,
    labels: row.labels as Labels,
    node: row.node.name,
    ports: row.ports as PodPort[],
    readinessProbe: row.readinessProbe as ReadinessProbe | null,
    runtime: row.runtime as PodRuntime,
    weight: row.weight,
    terminationGracePeriodSeconds: row.terminationGracePeriodSeconds,
    ip: row.ip,
    mac: mac.pod(row.ip),
    ...systemFields(row),
    status: {
      phase: row.terminatesAt === null ? (row.phase as PodPhase) : 'Terminating',
      terminatesAt: row.terminatesAt?.toISOString() ?? null,
      ready,
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          reason,
          message,
          observedGeneration: generation,
          lastTransitionTime: row.readySince.toISOString(),
        },
      ],
      netns: podNetnsName(id),
      interface: podLinkName(id),
    },
  };
}

export function podVersion(type: Version['type'], row: PodRow): Version {
  const { id, namespace, nodeId } = row;
  return { kind: 'pod', type, id, namespace, nodeId, dataplaneRevision: Number(row.dataplaneRevision), object: podOf(row) };
}

export function aboutPod({ id, namespace, name }: { readonly id: string; readonly namespace: string; readonly name: string }) {
  return { kind: 'pod', id, namespace, name };
}
