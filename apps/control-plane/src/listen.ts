import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '@weft/telemetry';
import type { FastifyInstance } from 'fastify';
import { type Config, type ListenAddress, StartupError } from './config.ts';
import { answerBrokenRequest } from './http/client-error.ts';
import { connectionsOf } from './http/connections.ts';
import { REQUEST_TIMEOUT_MS } from './http/server.ts';
import { followRenewals, identityOf, secureServer } from './tls.ts';

/** How often to look for connections that have become idle while closing, in ms. */
const IDLE_CHECK_MS = 20;

/** Longer than load balancers keep idle connections, which is a minute as a rule: who hangs up first must not be us. */
const KEEP_ALIVE_MS = 72_000;

const OPTIONS: ServerOptions = { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS };

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

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${server instanceof HttpsServer ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function openServers(config: Config, listener: RequestListener): Promise<Server[]> {
  const identity = identityOf(config);
  const servers: Server[] = [];
  for (const address of config.WEFT_LISTEN) {
    const server = identity === null ? createServer(OPTIONS, listener) : secureServer(identity, OPTIONS, listener);
    server.on('clientError', (error, socket: Socket) => answerBrokenRequest(error, socket));
    await bind(server, address).catch((error: unknown) => {
      for (const open of servers) open.close();
      throw refused(address, error);
    });
    servers.push(server);
  }
  return servers;
}

/** Listens on every address, with TLS when there is a certificate. Throws StartupError that names the address it cannot have, or the certificate it cannot use. */
export async function listen(app: NestFastifyApplication, config: Config, log: Logger): Promise<Listeners> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await fastify.ready();
  const servers = await openServers(config, (request, response) => fastify.routing(request, response));
  const [first] = servers;
  if (first === undefined) throw new StartupError('WEFT_LISTEN names no address');
  const connections = servers.map(connectionsOf);
  const identity = identityOf(config);
  const secure = servers.filter((server) => server instanceof HttpsServer);
  const stopFollowing = identity === null ? () => undefined : followRenewals(identity, secure, log);
  return {
    url: urlOf(first),
    async close() {
      stopFollowing();
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
