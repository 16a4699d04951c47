import type { Actor, RequestContext } from '@weft/store';
import { newRequestId } from '../http/request-id.ts';

/** Who changes what nobody asked for. */
const SYSTEM: Actor = { kind: 'system', name: 'system', tokenId: null };

/** What a change by the control plane itself is recorded with, as the operation that it is. */
export function systemContext(operation: string): RequestContext {
  return { requestId: newRequestId(), actor: SYSTEM, sourceAddress: null, operation, idempotency: null };
}
