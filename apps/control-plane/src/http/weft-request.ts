import type { Principal, RequestWithCall } from '@weft/contract';
import type { FastifyRequest } from 'fastify';

/** A request with what the guard and the reader put on it. */
export interface WeftRequest extends FastifyRequest, RequestWithCall {
  principal?: Principal | null;
}
