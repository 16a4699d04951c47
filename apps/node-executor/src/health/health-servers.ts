import { createServer, type Server } from 'node:http';
import type { DesiredState } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import type { Delta } from '../control-plane/intake.ts';
import { type Followed, follow } from '../decide/follow.ts';
import { type Failure, failure } from '../failure.ts';
import { forNewest } from '../newest.ts';
import { healthAnswer } from './health-answer.ts';
import { type HealthCheck, hasHealthCheck, healthChecks } from './health-checks.ts';

/** Load balancers ask once a second or two, each from a few addresses. */
const MAX_CONNECTIONS = 256;
const REQUEST_MS = 5_000;

interface Wanted {
  readonly nodeId: string;
  readonly desired: Pick<DesiredState, 'services'>;
  readonly delta: Delta | null;
}

/**
 * Answers the health checks of services, at every address of this node. A server stays as it is while its port is wanted; what it answers is looked up when it is
 * asked. A port that somebody else has is tried again whenever a state comes.
 */
export class HealthServers {
  readonly #healthy: () => boolean;
  readonly #log: Logger;
  readonly #servers = new Map<number, Server>();
  readonly #refused = new Map<number, string>();
  #checks: ReadonlyMap<number, HealthCheck> = new Map();
  #followed: Followed | null = null;
  readonly #work = forNewest((wanted: Wanted) => this.#bringTo(wanted));

  /** `healthy` says whether this node's dataplane is in shape. */
  constructor(healthy: () => boolean, log: Logger) {
    this.#healthy = healthy;
    this.#log = log;
  }

  /** Ports that cannot be listened on, and why; null: all can. */
  get failure(): Failure | null {
    const said = [...this.#refused].map(([port, why]) => {
      const { namespace, name } = this.#checks.get(port) ?? { namespace: '', name: '' };
      return `health checks of ${namespace}/${name} are not answered on port ${port}: ${why}`;
    });
    return said.length === 0 ? null : failure('HealthCheckPortFailed', said.join('; '));
  }

  /** Answers exactly the health checks of a state from now on. Returns at once. */
  serve(wanted: Wanted): void {
    this.#work.bring(wanted);
  }

  /** Resolves when every port that was asked for is open or refused. */
  settled(): Promise<void> {
    return this.#work.settled();
  }

  /** Stops answering. */
  close(): void {
    for (const [port, server] of this.#servers) this.#close(port, server);
  }

  async #bringTo(wanted: Wanted): Promise<void> {
    const followed = follow(hasHealthCheck, this.#followed, wanted);
    if (followed.ids !== this.#followed?.ids) this.#checks = healthChecks(wanted.desired, wanted.nodeId);
    this.#followed = followed;
    for (const [port, server] of this.#servers) if (!this.#checks.has(port)) this.#close(port, server);
    for (const port of this.#refused.keys()) if (!this.#checks.has(port)) this.#refused.delete(port);
    await Promise.all([...this.#checks.keys()].filter((port) => !this.#servers.has(port)).map((port) => this.#open(port)));
  }

  async #open(port: number): Promise<void> {
    const server = createServer({ headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, maxHeaderSize: 8_192 }, (request, response) => {
      request.resume();
      const check = this.#checks.get(port);
      if (check === undefined) return response.writeHead(503).end();
      const { status, headers, body } = healthAnswer(check, this.#healthy());
      return response.writeHead(status, headers).end(body);
    });
    server.maxConnections = MAX_CONNECTIONS;
    const opened = Promise.withResolvers<void>();
    server.on('error', opened.reject);
    server.listen(port, '0.0.0.0', opened.resolve);
    this.#servers.set(port, server);
    try {
      await opened.promise;
      this.#refused.delete(port);
    } catch (error) {
      this.#servers.delete(port);
      if (!this.#refused.has(port)) this.#log.warn({ port, why: errorChain(error) }, 'a health-check port cannot be opened');
      this.#refused.set(port, errorChain(error));
    }
  }

  #close(port: number, server: Server): void {
    this.#servers.delete(port);
    server.close();
    server.closeAllConnections();
  }
}
