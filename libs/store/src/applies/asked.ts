import type { AppliedDocument, Apply, ApplyDocument } from '@weft/model';
import type { Prepare } from '../commit/change.ts';
import { type Done, makeTrue } from './documents.ts';
import { removal } from './removals.ts';

/** Where an object is, and how it is called. */
export type Place = Pick<AppliedDocument, 'kind' | 'namespace' | 'name'>;

/** One thing that is asked for: of which object, where it stands in the request, and what is done about it. */
export interface Asked {
  readonly place: Place;
  /** What the object is told apart by from all others. */
  readonly identity: string;
  readonly pointer: string;
  /** For people: `document 2`. */
  readonly called: string;
  /** Done before all that is not. */
  readonly first: boolean;
  readonly prepare: Prepare<Done>;
}

/** Where the object of a document is, and how it is called: an endpoint by its service. */
function placeOf(document: ApplyDocument): Place {
  const { kind } = document;
  if (kind === 'namespace') return { kind, namespace: null, name: document.name };
  return { kind, namespace: document.namespace, name: kind === 'endpoint' ? document.service : document.name };
}

function identityOf(document: ApplyDocument): string {
  if (document.kind === 'namespace') return `namespace ${document.name}`;
  if (document.kind !== 'endpoint') return `${document.kind} ${document.namespace}/${document.name}`;
  const { namespace, service, portName, ip, port } = document;
  return `endpoint ${namespace}/${service}${portName === null ? '' : ` ${portName}`} ${ip}:${port}`;
}

/** Everything that a request asks for, in its order. */
export const askedOf = ({ documents, removed = [] }: Apply): readonly Asked[] => [
  ...documents.map((document, at) => ({
    place: placeOf(document),
    identity: identityOf(document),
    pointer: `/documents/${at}`,
    called: `document ${at + 1}`,
    first: false,
    prepare: makeTrue(document),
  })),
  ...removed.map(({ kind, namespace, name }, at) => ({
    place: { kind, namespace, name },
    identity: `${kind} ${namespace}/${name}`,
    pointer: `/removed/${at}`,
    called: `removal ${at + 1}`,
    // A document may ask for what a service holds that goes, such as a node port. A pod holds what is its own until it has ended, which is later anyway.
    first: kind === 'service',
    prepare: removal({ kind, namespace, name }),
  })),
];

/** The same in the order in which it is done. */
export const inTurn = (asked: readonly Asked[]) => [...asked.filter(({ first }) => first), ...asked.filter(({ first }) => !first)];
