import {
  type ApplyDocument,
  type Endpoint,
  EndpointCreate,
  Labels,
  NamespaceCreate,
  NodeUpdate,
  PodCreate,
  type RollbackChange,
  ServiceCreate,
} from '@weft/model';
import type { z } from 'zod';

/** A kind of object that can be brought back. */
export type Kind = RollbackChange['kind'];

/** An object as history keeps it. */
export type Stored = Readonly<Record<string, unknown>>;

/** What of an object somebody said: what it takes to make it again, or to make another like it. */
export type Spec = NodeSpec | ApplyDocument;

/** What somebody said of a node. */
export interface NodeSpec {
  readonly kind: 'node';
  readonly name: string;
  readonly labels: Labels;
  readonly fields: Omit<NodeUpdate, 'labels'>;
}

/** The fields of an object that a schema knows, checked; what the object had not yet is at its default. */
function fieldsOf<S extends z.ZodObject>(schema: S, object: Stored): z.output<S> {
  return schema.parse(Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (name in object ? [[name, object[name]]] : []))));
}

/** An endpoint tells of itself what came of what was said of it. */
function endpointOf(object: Stored): Stored {
  const { conditions, withdrawn } = object as unknown as Endpoint;
  return { ...object, ready: conditions.serving, terminating: conditions.terminating && withdrawn !== 'NodeDraining' };
}

const SPECS: { readonly [K in Kind]: (object: Stored) => Spec } = {
  namespace: (object) => ({ kind: 'namespace', ...fieldsOf(NamespaceCreate, object) }),
  node: (object) => ({
    kind: 'node',
    name: String(object.name),
    labels: Labels.parse(object.labels),
    fields: fieldsOf(NodeUpdate.omit({ labels: true }), object),
  }),
  service: (object) => ({ kind: 'service', ...fieldsOf(ServiceCreate, object) }),
  pod: (object) => ({ kind: 'pod', ...fieldsOf(PodCreate, object) }),
  endpoint: (object) => ({ kind: 'endpoint', ...fieldsOf(EndpointCreate, endpointOf(object)) }),
};

/** What of a stored object somebody said. */
export const specOf = (kind: Kind, object: Stored): Spec => SPECS[kind](object);

/** Where an object is and how it is called, the same for one that is made again in its place. */
export function placeOf(spec: Spec): { readonly namespace: string | null; readonly name: string } {
  if (spec.kind === 'namespace' || spec.kind === 'node') return { namespace: null, name: spec.name };
  if (spec.kind !== 'endpoint') return { namespace: spec.namespace, name: spec.name };
  const { namespace, service, portName, ip, port } = spec;
  return { namespace, name: `${service}${portName === null ? '' : ` ${portName}`} ${ip}:${port}` };
}

/** True when an object cannot become like that other one of its name and has to be made anew: what it has for life is otherwise. */
export function mustBeReplaced(is: Spec, wanted: Spec): boolean {
  if (is.kind === 'service' && wanted.kind === 'service') return wanted.clusterIP !== null && wanted.clusterIP !== is.clusterIP;
  if (is.kind === 'pod' && wanted.kind === 'pod')
    return wanted.node !== is.node || wanted.ip !== is.ip || wanted.runtime.type !== is.runtime.type;
  return is.kind === 'endpoint' && wanted.kind === 'endpoint' && wanted.node !== is.node;
}
