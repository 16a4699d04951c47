import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { REQUEST_ID } from '@weft/contract';

/** An id for what nobody sent with one. Node has random UUIDs in stock; random bytes of our own cost a call of the system for each request. */
export const newRequestId = (): string => `req_${randomUUID().replaceAll('-', '').slice(8)}`;

/** The id a request goes by: the sender's own when it is usable, else a new one. */
export function requestIdOf(message: Pick<IncomingMessage, 'headers'>): string {
  const sent = message.headers['x-request-id'];
  return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : newRequestId();
}
