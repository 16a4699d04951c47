import type { Socket } from 'node:net';
import { PROBLEMS, ProblemError } from '@weft/model';
import { problemBody, problemHeaders } from './problem-of.ts';
import { requestIdOf } from './request-id.ts';

const REASONS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'the headers are larger than 16 KiB',
  ERR_HTTP_REQUEST_TIMEOUT: 'the request did not arrive in time',
};

/** Answers what is not even HTTP, or takes too long to become it, as a problem, and hangs up. */
export function answerBrokenRequest(error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = requestIdOf({ headers: {} });
  const reason = REASONS['code' in error ? String(error.code) : ''] ?? 'this is not a HTTP request';
  const body = JSON.stringify(problemBody(new ProblemError('BadRequest', reason, [], { cause: error }), requestId));
  const headers = {
    ...problemHeaders('BadRequest'),
    'X-Request-Id': requestId,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${PROBLEMS.BadRequest.status} Bad Request\r\n${lines.join('')}\r\n${body}`);
}
