import type {
  AuditEvent,
  Endpoint,
  EndpointCreate,
  EndpointUpdate,
  Namespace,
  NamespaceCreate,
  NamespaceUpdate,
  Operation,
  Service,
  ServiceCreate,
  ServiceUpdate,
} from '@weft/model';
import type { Collection, PodCollection, Recorded } from '../collections.ts';
import type { CounterStore } from '../counters/counter-store.ts';
import type { AuditQuery, EndpointQuery, NamespacedQuery, OperationQuery, ResourceQuery } from '../query.ts';
import type { QuotaStore } from '../quotas/quota-store.ts';
import type { RollbackStore } from '../rollbacks/rollback-store.ts';
import type { TokenStore } from '../tokens/token-store.ts';

/**
 * What of the store is about namespaces, for somebody who may reach only some of them. Everything elsewhere is not there: it is in no list, and asking for it, changing or deleting it
 * is NotFound, in the same words as for what never was. Creating something elsewhere is Forbidden: whoever asks has named the namespace, and learns only
 * what its own token says.
 */
export interface ReachedStore {
  readonly namespaces: Collection<Namespace, NamespaceCreate, NamespaceUpdate, ResourceQuery>;
  readonly pods: Omit<PodCollection, 'endOverdue'>;
  readonly services: Collection<Service, ServiceCreate, ServiceUpdate, NamespacedQuery>;
  readonly endpoints: Collection<Endpoint, EndpointCreate, EndpointUpdate, EndpointQuery>;
  readonly quotas: QuotaStore;
  readonly operations: Recorded<Operation, OperationQuery>;
  readonly audit: Recorded<AuditEvent, AuditQuery>;
  readonly rollbacks: RollbackStore;
  readonly counters: Pick<CounterStore, 'ofService'>;
  readonly tokens: Pick<TokenStore, 'create' | 'get' | 'list' | 'revoke'>;
}
