import type { Principal, RequestWithCall } from '@weft/contract';
import type { FastifyRequest } from 'fastify';
import type { Leave } from './room.ts';

/** A request with what the guard and the reader put on it. */
export interface WeftRequest extends FastifyRequest, RequestWithCall {
  principal?: Principal | null;
  /** Gives back its place in the room of its lane. */
  leave?: Leave;
}
