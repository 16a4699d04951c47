import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type AnyOperation, OPERATIONS, operationOf, rolesWith } from '@weft/contract';
import type { Logger } from '@weft/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CONSOLE_ROUTES, type Console } from '../console/console.ts';
import { DOCS_ROUTES, type Docs } from '../docs/docs.ts';
import type { Metrics } from '../metrics.ts';
import { answerBrokenRequest } from './client-error.ts';
import { readJsonBodies } from './json-body.ts';
import { asProblemError, problemBody, problemHeaders } from './problem-of.ts';
import { requestIdOf } from './request-id.ts';
import type { WeftRequest } from './weft-request.ts';

/** How long a client may take to send a request, in ms. Answers may take as long as they like: watches are answers. */
export const REQUEST_TIMEOUT_MS = 60_000;

const CURRENT_VERSION = /^\/v1(?=[/?]|$)/;

/** `/v1/services` and `/services` are one path. */
function withoutVersion(url: string): string {
  const rest = url.replace(CURRENT_VERSION, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Routes of the contract in Fastify's words, with the operation's id for the metrics. */
const ROUTES = new Map(OPERATIONS.map(({ method, path, id }) => [`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, id]));

/** Refuses, at start, a route that is not an operation of the contract: whoever adds one has to say who may call it. */
function refuseUnknownRoutes(server: FastifyInstance): void {
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat())
      if (!ROUTES.has(`${one} ${url}`) && !DOCS_ROUTES.has(url) && !CONSOLE_ROUTES.has(url))
        throw new Error(`${one} ${url} has no @Operation`);
  });
}

/** Errors that never reach Nest: a URL that cannot be decoded, an id that is too long. */
function sendProblem(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblemError(error);
  const body = problemBody(problem, request.id);
  void reply
    .status(body.status)
    .header('X-Request-Id', request.id)
    .headers(problemHeaders(problem.code))
    .serializer(JSON.stringify)
    .send(body);
}

/** The HTTP server: everything about it that is the same for every operation. */
export function createServer(metrics: Metrics, docs: Docs, webConsole: Console, log: Logger): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    genReqId: requestIdOf,
    rewriteUrl: (request: { url?: string }) => withoutVersion(request.url ?? '/'),
    frameworkErrors: sendProblem,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { maxParamLength: 128 },
    skipMiddie: true,
  });
  const server = adapter.getInstance<FastifyInstance>();
  refuseUnknownRoutes(server);
  readJsonBodies(server, [...new Set(OPERATIONS.flatMap(({ bodyTypes }) => bodyTypes))]);
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id).header('X-Content-Type-Options', 'nosniff');
    done();
  });
  // When there is an answer, a stream's beginning too, its request is no longer under way.
  server.addHook('onSend', (request: WeftRequest, _reply, payload, done) => {
    request.leave?.();
    done(null, payload);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const operation = ROUTES.get(`${request.method} ${request.routeOptions.url}`) ?? 'none';
    const { statusCode: status, elapsedTime } = reply;
    metrics.requestSeconds.observe({ operation, status }, elapsedTime / 1000);
    log.debug({ requestId: request.id, operation, method: request.method, url: request.url, status, ms: elapsedTime }, 'answered');
    done();
  });
  docs.serve(server);
  webConsole.serve(server);
  return adapter;
}

/** Operations of the contract that no handler of these classes is bound to. */
export function unboundOperations(controllers: readonly (new (...args: never[]) => object)[]): string[] {
  const handlers = controllers.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype).map((name) => prototype[name]));
  const bound = new Set(handlers.map((handler) => operationOf(handler)?.id));
  return OPERATIONS.filter(({ id }) => !bound.has(id)).map(({ id }) => id);
}

/** Operations of which nobody has said who may call them: neither everybody (null) nor some role. */
export function undeclaredOperations(operations: readonly Pick<AnyOperation, 'id' | 'permission'>[]): string[] {
  return operations.filter(({ permission }) => permission !== null && rolesWith(permission).length === 0).map(({ id }) => id);
}
