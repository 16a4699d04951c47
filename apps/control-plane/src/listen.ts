import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { type ListenAddress, StartupError } from './config.ts';
import { answerBrokenRequest } from './http/client-error.ts';
import { connectionsOf } from './http/connections.ts';
import { REQUEST_TIMEOUT_MS } from './http/server.ts';

/** How often to look for connections that have become idle while closing, in ms. */
const IDLE_CHECK_MS = 20;

/** What the operator is told when an address cannot be had. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another process; choose another with WEFT_LISTEN',
  EADDRNOTAVAIL: 'is not an address of this host',
  EACCES: 'may not be used by this user',
  ENOTFOUND: 'cannot be resolved',
};

function refused({ host, port }: ListenAddress, error: unknown): StartupError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new StartupError(`${host}:${port} ${REASONS[code] ?? 'cannot be listened on'}`, { cause: error });
}

function bind(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The listeners; all hand their requests to the same application. */
export interface Listeners {
  /** Where the first one answers, such as `http://127.0.0.1:7070`. */
  readonly url: string;
  /** Stops accepting, waits for requests under way and closes the application. */
  close(): Promise<void>;
}

/** Listens on every address. Throws StartupError that names the one it cannot have. */
export async function listen(app: NestFastifyApplication, addresses: readonly ListenAddress[]): Promise<Listeners> {
  const [first, ...others] = addresses;
  if (first === undefined) throw new StartupError('WEFT_LISTEN names no address');
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const servers: Server[] = [];
  const connections = [connectionsOf(fastify.server)];
  const url = await fastify.listen({ host: first.host, port: first.port }).catch((error: unknown) => {
    throw refused(first, error);
  });
  for (const address of others) {
    const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => fastify.routing(request, response));
    connections.push(connectionsOf(server));
    server.on('clientError', (error, socket: Socket) => answerBrokenRequest(error, socket));
    await bind(server, address).catch((error: unknown) => {
      throw refused(address, error);
    });
    servers.push(server);
  }
  return {
    url,
    async close() {
      // A connection that was busy when its server was closed stays open when it falls idle, until its keep-alive ends.
      const idle = setInterval(() => {
        for (const each of connections) each.closeIdle();
      }, IDLE_CHECK_MS);
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      await Promise.all([app.close(), ...closed]);
      clearInterval(idle);
    },
  };
}
