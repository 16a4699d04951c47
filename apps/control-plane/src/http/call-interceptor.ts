import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { operationOf } from '@weft/contract';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { readCall } from './read-call.ts';
import { Reply } from './reply.ts';
import type { WeftRequest } from './weft-request.ts';

/** Aborted when the connection closes before the answer is complete. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Reads the call before a handler and writes its Reply after it. */
@Injectable()
export class CallInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<WeftRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const operation = operationOf(context.getHandler());
    if (operation === undefined) throw new Error('a handler without an operation was let through');
    request.call = readCall(request, operation, goneSignal(reply));
    return next.handle().pipe(
      map((answer) => {
        reply.header('Cache-Control', 'no-store');
        if (!(answer instanceof Reply)) return answer;
        if (answer.status !== null) reply.status(answer.status);
        reply.headers(answer.headers);
        return answer.body;
      }),
    );
  }
}
