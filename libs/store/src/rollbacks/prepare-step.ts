import { ProblemError, type RollbackChange } from '@weft/model';
import { reclaimAddress } from '../addresses/release.ts';
import { makeTrue } from '../applies/documents.ts';
import { wholeLabels } from '../applies/whole-labels.ts';
import type { Prepare } from '../commit/change.ts';
import { endpointDeletion } from '../endpoints/endpoint-mutations.ts';
import { namespaceDeletion } from '../namespaces/namespace-mutations.ts';
import { nodeUpdate } from '../nodes/node-mutations.ts';
import { type StoredNode, storedNode } from '../nodes/node-row.ts';
import { podDeletion } from '../pods/pod-deletion.ts';
import { serviceDeletion } from '../services/service-mutations.ts';
import { type Kind, type NodeSpec, placeOf, type Spec } from './documents.ts';
import type { Step } from './steps.ts';

type Action = RollbackChange['action'];

interface Done {
  readonly id: string;
  readonly action: Action;
}

/** Carries a preparation out, and says of what comes of it what was done to which object. */
function saying<T extends { readonly id: string }>(prepare: Prepare<T>, done: (object: T) => Action): Prepare<Done> {
  return async (tables, newId, reach) => {
    const prepared = await prepare(tables, newId, reach);
    if ('unchanged' in prepared) return { ...prepared, unchanged: { id: prepared.unchanged.id, action: 'unchanged' } };
    // Whatever it would be recorded as by itself: here it is a part of the rollback.
    const { operation: _, ...change } = prepared;
    return {
      ...change,
      write: async (stamp) => {
        const written = await change.write(stamp);
        return { ...written, object: { id: written.object.id, action: done(written.object) } };
      },
    };
  };
}

const deleted = () => 'deleted' as const;

function refuseNode(): never {
  throw new ProblemError('InUse', 'nodes join and are removed by themselves: a rollback makes and deletes none');
}

const DELETIONS: { readonly [K in Kind]: (id: string) => Prepare<Done> } = {
  namespace: (id) => saying(namespaceDeletion(id, 'any'), deleted),
  node: refuseNode,
  service: (id) => saying(serviceDeletion(id, 'any'), deleted),
  pod: (id) => saying(podDeletion(id, 'any', 0), deleted),
  endpoint: (id) => saying(endpointDeletion(id, 'any'), deleted),
};

/** The address that an object had when it was; null when it had none. */
function addressOf(spec: Spec): string | null {
  if (spec.kind === 'pod') return spec.ip;
  return spec.kind === 'service' && spec.clusterIP !== 'None' ? spec.clusterIP : null;
}

/** A node that is to have the fields it had. */
function nodeRestored({ name, labels, fields }: NodeSpec): Prepare<StoredNode> {
  return async (tables, newId, reach) => {
    const row = (await tables.node.findUnique({ where: { name } })) ?? refuseNode();
    return nodeUpdate(row.id, 'any', { ...fields, labels: wholeLabels(storedNode(row).labels, labels) })(tables, newId, reach);
  };
}

function restored(spec: Spec): Prepare<Done> {
  if (spec.kind === 'node') return saying(nodeRestored(spec), () => 'updated');
  const prepare = saying(makeTrue(spec), ({ operation }) => (operation?.endsWith('Create') ? 'created' : 'updated'));
  const ip = addressOf(spec);
  if (ip === null) return prepare;
  const { namespace, name } = placeOf(spec);
  return async (tables, newId, reach) => {
    await reclaimAddress(tables, ip, `${spec.kind} ${namespace}/${name}`);
    return prepare(tables, newId, reach);
  };
}

/** Prepares a step. Throws ProblemError for what cannot be done. */
export function prepareStep(step: Step): Prepare<RollbackChange> {
  const { kind } = step.spec;
  const place = placeOf(step.spec);
  const prepare: Prepare<Done> = async (tables, newId, reach) =>
    (step.action === 'delete' ? DELETIONS[kind](step.id) : restored(step.spec))(tables, newId, reach);
  return async (tables, newId, reach) => {
    const prepared = await prepare(tables, newId, reach);
    if ('unchanged' in prepared) return { ...prepared, unchanged: { kind, ...place, ...prepared.unchanged } };
    return {
      ...prepared,
      write: async (stamp) => {
        const written = await prepared.write(stamp);
        return { ...written, object: { kind, ...place, ...written.object } };
      },
    };
  };
}
