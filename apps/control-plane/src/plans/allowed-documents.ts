import { type AnyOperation, decide, endpoints, namespaces, type Principal, pods, services } from '@weft/contract';
import { type ApplyDocument, ProblemError } from '@weft/model';

/** What makes a single object of each kind; changing it takes the same permission. */
const CREATION: Readonly<Record<ApplyDocument['kind'], AnyOperation>> = {
  namespace: namespaces.namespaceCreate,
  service: services.serviceCreate,
  pod: pods.podCreate,
  endpoint: endpoints.endpointCreate,
};

/** Throws ProblemError Forbidden when somebody may not make or change the object of one of these documents. */
export function requireAllowed(principal: Principal, documents: readonly ApplyDocument[]): void {
  const errors = documents.flatMap((document, at) => {
    const namespace = document.kind === 'namespace' ? document.name : document.namespace;
    const { allowed, reason } = decide(principal, CREATION[document.kind], namespace);
    return allowed ? [] : [{ pointer: `/documents/${at}`, code: 'Forbidden', message: reason }];
  });
  if (errors[0] !== undefined) throw new ProblemError('Forbidden', errors[0].message, errors);
}
