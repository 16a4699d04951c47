import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { REQUEST_ID } from '@weft/contract';

/** An id for what nobody sent with one. */
export const newRequestId = (): string => `req_${randomBytes(12).toString('hex')}`;

/** The id a request goes by: the sender's own when it is usable, else a new one. */
export function requestIdOf(message: Pick<IncomingMessage, 'headers'>): string {
  const sent = message.headers['x-request-id'];
  return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : newRequestId();
}
