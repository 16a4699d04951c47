import { canonicalJson, type Pod, type PodCreate, type PodUpdate } from '@weft/model';
import { claimPodAddress } from '../addresses/claim.ts';
import type { Prepare, Stamp, Version } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeFields } from '../commit/merge-fields.ts';
import { mergeLabels } from '../commit/merge-labels.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { concernsDataplane, differencesOfPods } from '../endpoints/derived.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import { Prisma } from '../generated/client.ts';
import { lockNamespace } from '../namespaces/namespace-lock.ts';
import { nodeVersion } from '../nodes/node-row.ts';
import { requireQuota } from '../quotas/require-quota.ts';
import { labelTerms } from '../read/label-terms.ts';
import { found } from '../read/not-found.ts';
import type { Match } from '../request-context.ts';
import { chooseNode } from './choose-node.ts';
import { aboutPod, type PodRow, podNode, podOf, podVersion } from './pod-row.ts';

/** Locks the namespace of a pod and then its row. Throws ProblemError NotFound. */
export async function lockPod(tables: Tables, id: string): Promise<PodRow> {
  const { namespace } = found(await tables.pod.findUnique({ where: { id }, select: { namespace: true } }), 'pod', id);
  await lock(tables, `namespace:${namespace}`, 'shared');
  await tables.$executeRaw`SELECT 1 FROM pod WHERE id = ${id} FOR UPDATE`;
  return found(await tables.pod.findUnique({ where: { id }, include: podNode }), 'pod', id);
}

/** Gives a node one more block, which every node has to know the way to. */
async function addBlock(tables: Tables, { revision, at }: Stamp, nodeId: string, block: string): Promise<Version> {
  const data = { podBlocks: { push: block }, revision, dataplaneRevision: revision, updatedAt: at };
  return nodeVersion('MODIFIED', await tables.node.update({ where: { id: nodeId }, data }));
}

/** A new pod with its node and its address, and endpoints in the services that select it. */
export function podCreation(input: PodCreate): Prepare<Pod> {
  return async (tables, newId, reach) => {
    const { node: nodeName, ip: wantedIp, readinessProbe, ...fields } = input;
    await lockNamespace(tables, input.namespace, 'shared');
    await requireQuota(tables, input.namespace, { pods: 1 });
    const node = await chooseNode(tables, nodeName);
    const id = newId('pod');
    const { ip, newBlock } = await claimPodAddress(tables, node.id, { id, namespace: input.namespace, reach }, wantedIp);
    const columns = { ...fields, id, nodeId: node.id, ip, phase: 'Pending', ready: false, terminatesAt: null };
    const differences = await differencesOfPods(tables, [columns]);
    return {
      about: aboutPod({ ...input, id }),
      // A pod that is not ready is behind no service yet: only its own node has something to do, unless routes change.
      concerns: newBlock === null ? [node] : 'all',
      status: 201,
      write: async (stamp) => {
        const { revision, at } = stamp;
        const row = await tables.pod.create({
          data: {
            ...columns,
            readinessProbe: readinessProbe ?? Prisma.DbNull,
            labelTerms: labelTerms(input.labels),
            reason: 'NotWired',
            readySince: at,
            revision,
            dataplaneRevision: revision,
            createdAt: at,
            updatedAt: at,
          },
        });
        const versions = [podVersion('ADDED', { ...row, node })];
        if (newBlock !== null) versions.push(await addBlock(tables, stamp, node.id, newBlock));
        versions.push(...(await writeDifferences(tables, stamp, differences)));
        const object = podOf({ ...row, node });
        return { object, before: null, after: object, versions };
      },
    };
  };
}

/** What a pod's node knows of it, beside what is fixed for life. */
const dataplaneFields = ({ ports, readinessProbe }: Pod) => ({ ports, readinessProbe });

/** A merge patch of a pod. */
export function podUpdate(id: string, match: Match, patch: PodUpdate): Prepare<Pod> {
  return async (tables) => {
    const row = await lockPod(tables, id);
    await requireMatch(tables, match, row.generation);
    const before = podOf(row);
    const { labels: labelsPatch, ...fields } = patch;
    const labels = labelsPatch === undefined ? before.labels : mergeLabels('labels', before.labels, labelsPatch);
    const after = { ...mergeFields(before, fields), labels };
    if (canonicalJson(after) === canonicalJson(before)) return { unchanged: before, revision: before.revision };
    const differences = await differencesOfPods(tables, [{ ...row, labels, ports: after.ports, weight: after.weight }]);
    const reprogram = canonicalJson(dataplaneFields(after)) !== canonicalJson(dataplaneFields(before));
    return {
      about: aboutPod(row),
      concerns: differences.some(concernsDataplane) ? 'all' : reprogram ? [{ id: row.nodeId, name: row.node.name }] : [],
      status: 200,
      write: async (stamp) => {
        const { revision, at } = stamp;
        const changed = await tables.pod.update({
          where: { id },
          include: podNode,
          data: {
            labels,
            labelTerms: labelTerms(labels),
            ports: after.ports,
            readinessProbe: after.readinessProbe ?? Prisma.DbNull,
            weight: after.weight,
            terminationGracePeriodSeconds: after.terminationGracePeriodSeconds,
            generation: { increment: 1 },
            revision,
            updatedAt: at,
            ...(reprogram ? { dataplaneRevision: revision } : {}),
          },
        });
        const versions = await writeDifferences(tables, stamp, differences);
        const object = podOf(changed);
        return { object, before, after: object, versions: [podVersion('MODIFIED', changed), ...versions] };
      },
    };
  };
}
