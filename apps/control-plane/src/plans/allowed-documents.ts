import { type AnyOperation, decide, endpoints, namespaces, type Principal, pods, services } from '@weft/contract';
import { type Apply, type ApplyDocument, ProblemError, type RemovedObject } from '@weft/model';

/** What makes a single object of each kind; changing it takes the same permission. */
const CREATION: Readonly<Record<ApplyDocument['kind'], AnyOperation>> = {
  namespace: namespaces.namespaceCreate,
  service: services.serviceCreate,
  pod: pods.podCreate,
  endpoint: endpoints.endpointCreate,
};

/** What deletes a single object of each kind. */
const DELETION: Readonly<Record<RemovedObject['kind'], AnyOperation>> = { service: services.serviceDelete, pod: pods.podDelete };

/** Throws ProblemError Forbidden when somebody may not make or change the object of one of these documents, or delete one that is to be removed. */
export function requireAllowed(principal: Principal, { documents, removed = [] }: Apply): void {
  const asked = [
    ...documents.map((document, at) => ({
      pointer: `/documents/${at}`,
      operation: CREATION[document.kind],
      namespace: document.kind === 'namespace' ? document.name : document.namespace,
    })),
    ...removed.map(({ kind, namespace }, at) => ({ pointer: `/removed/${at}`, operation: DELETION[kind], namespace })),
  ];
  const errors = asked.flatMap(({ pointer, operation, namespace }) => {
    const { allowed, reason } = decide(principal, operation, namespace);
    return allowed ? [] : [{ pointer, code: 'Forbidden', message: reason }];
  });
  if (errors[0] !== undefined) throw new ProblemError('Forbidden', errors[0].message, errors);
}
