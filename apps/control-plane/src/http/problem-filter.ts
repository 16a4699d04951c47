import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { OPERATIONS } from '@weft/contract';
import { type ProblemCode, ProblemError } from '@weft/model';
import type { Logger } from '@weft/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOG } from '../tokens.ts';
import { asProblemError, problemBody, problemHeaders } from './problem-of.ts';

const ROUTES = OPERATIONS.map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));

/** Methods that a path takes, none when there is no such path. */
function methodsOf(url: string): string[] {
  const path = url.split('?')[0] ?? '';
  return ROUTES.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}

/** What went wrong is for the log when it is our fault; why it went wrong never leaves the process. */
const OURS: ReadonlySet<ProblemCode> = new Set(['Internal', 'Unavailable']);

/** Answers every error, wherever it was thrown, as application/problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.notFoundOrNotAllowed(asProblemError(error), request, reply);
    if (OURS.has(problem.code))
      this.log.error({ err: error, requestId: request.id, method: request.method, url: request.url }, problem.message);
    if (reply.sent) return;
    const body = problemBody(problem, request.id);
    void reply.status(body.status).headers(problemHeaders(problem.code)).serializer(JSON.stringify).send(body);
  }

  private notFoundOrNotAllowed(problem: ProblemError, request: FastifyRequest, reply: FastifyReply): ProblemError {
    if (!request.is404) return problem;
    const methods = methodsOf(request.url);
    if (methods.length === 0) return new ProblemError('NotFound', 'there is no such path; /openapi.json lists them');
    void reply.header('Allow', methods.join(', '));
    return new ProblemError('MethodNotAllowed', `this path takes ${methods.join(', ')}`);
  }
}
