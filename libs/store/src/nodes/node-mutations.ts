import { canonicalJson, type NodeCreate, type NodeFacts, type NodeUpdate, ProblemError } from '@weft/model';
import { claimBlock } from '../addresses/blocks.ts';
import type { Prepare } from '../commit/change.ts';
import { requireMatch } from '../commit/match.ts';
import { mergeFields } from '../commit/merge-fields.ts';
import { mergeLabels } from '../commit/merge-labels.ts';
import type { Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { drainEnd } from '../drain/drain-end.ts';
import { concernsDataplane } from '../endpoints/derived.ts';
import { lockNamespacesOfNode, lockPodsOfNode } from '../endpoints/of-node.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import { requireServicesRun } from '../fleet/backends.ts';
import { requireOverlay, requirePodLink } from '../fleet/links.ts';
import { Prisma } from '../generated/client.ts';
import { labelTerms } from '../read/label-terms.ts';
import type { Match } from '../request-context.ts';
import { lockNode } from './lock-node.ts';
import { aboutNode, nodeVersion, type StoredNode, storedNode } from './node-row.ts';

/** A new node with its first block of pod addresses. */
export function nodeCreation(input: NodeCreate): Prepare<StoredNode> {
  return async (tables, newId) => {
    const id = newId('node');
    await lock(tables, 'fleet-backends');
    await requireServicesRun(tables, input.backend);
    const block = await claimBlock(tables, 'pods', id);
    return {
      about: aboutNode({ id, name: input.name }),
      // Nothing is routed to it before its executor has told its address. But where none had a tunnel, all get one for the first that wants it.
      concerns: input.overlay === null ? [{ id, name: input.name }] : 'all',
      status: 201,
      write: async ({ revision, at }) => {
        const { epoch } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
        const row = await tables.node.create({
          data: {
            ...input,
            id,
            labelTerms: labelTerms(input.labels),
            podBlocks: [block],
            revision,
            dataplaneRevision: revision,
            createdAt: at,
            updatedAt: at,
          },
        });
        await tables.nodeState.create({ data: { nodeId: id, epoch } });
        const object = storedNode(row);
        return { object, before: null, after: object, versions: [nodeVersion('ADDED', row)] };
      },
    };
  };
}

async function requireBackend(tables: Tables, id: string, backend: string): Promise<void> {
  const state = await tables.nodeState.findUnique({ where: { nodeId: id }, select: { facts: true } });
  const facts = (state?.facts ?? null) as NodeFacts | null;
  if (facts === null || facts.backends.some((able) => able === backend)) return;
  const detail = `the node can run ${facts.backends.join(', ') || 'no backend'}, not ${backend}`;
  throw new ProblemError('BackendUnsupported', detail, [{ pointer: '/backend', code: 'BackendUnsupported', message: detail }]);
}

/** What every node has to know of a node's own fields. */
const dataplaneFields = ({ zone, backend, podLink, overlay, nodePortAddresses, strictArp }: StoredNode) => ({
  zone,
  backend,
  podLink,
  overlay,
  nodePortAddresses,
  strictArp,
});

/** How only the node itself has to be handled otherwise. */
const handling = ({ frozen, driftPolicy }: StoredNode) => ({ frozen, driftPolicy });

/** A merge patch of a node. */
export function nodeUpdate(id: string, match: Match, patch: NodeUpdate): Prepare<StoredNode> {
  return async (tables) => {
    const uncordoning = patch.cordoned === false ? await lockNamespacesOfNode(tables, id) : null;
    if (patch.backend !== undefined) await lock(tables, 'fleet-backends');
    const row = await lockNode(tables, id, 'NO KEY UPDATE');
    if (uncordoning !== null) await lockPodsOfNode(tables, id, uncordoning);
    await requireMatch(tables, match, row.generation);
    const before = storedNode(row);
    const { labels: labelsPatch, ...fields } = patch;
    const labels = labelsPatch === undefined ? before.labels : mergeLabels('labels', before.labels, labelsPatch);
    const after = { ...mergeFields(before, fields), labels };
    if (canonicalJson(after) === canonicalJson(before)) return { unchanged: before, revision: before.revision };
    if (after.backend !== before.backend) {
      await requireBackend(tables, id, after.backend);
      await requireServicesRun(tables, after.backend);
    }
    if (after.podLink !== before.podLink) await requirePodLink(tables, id, after.podLink);
    if (after.overlay !== null && after.overlay !== before.overlay) await requireOverlay(tables, after.overlay);
    const differences = uncordoning === null ? [] : await drainEnd(tables, row);
    const rehandle = canonicalJson(handling(after)) !== canonicalJson(handling(before));
    const reprogram = canonicalJson(dataplaneFields(after)) !== canonicalJson(dataplaneFields(before));
    return {
      about: aboutNode(row),
      concerns: reprogram || differences.some(concernsDataplane) ? 'all' : rehandle ? [row] : [],
      status: 200,
      write: async (stamp) => {
        const { revision, at } = stamp;
        const changed = await tables.node.update({
          where: { id },
          data: {
            ...fields,
            ...(uncordoning === null ? {} : { drain: Prisma.DbNull }),
            labels,
            labelTerms: labelTerms(labels),
            generation: { increment: 1 },
            revision,
            updatedAt: at,
            ...(reprogram ? { dataplaneRevision: revision } : {}),
          },
        });
        const object = storedNode(changed);
        const versions = [nodeVersion('MODIFIED', changed), ...(await writeDifferences(tables, stamp, differences))];
        return { object, before, after: object, versions };
      },
    };
  };
}
