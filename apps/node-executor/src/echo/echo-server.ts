import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { datagramAnswer, deservesAnswer, htmlAnswer, textAnswer } from './answer.ts';

/** What to serve, and where. */
export interface EchoOptions {
  /** `namespace/name` of the pod. */
  readonly identity: string;
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  /** Local address to listen on. */
  readonly address: string;
}

/** A running echo server; `tcpPorts` and `udpPorts` are what it listens on, in the order asked for (a wanted port 0 has become a real one). */
export interface EchoServer {
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 256;
const REQUEST_MS = 5_000;

/** The longest that a timer of Node's can wait, in ms. */
const LONG_MS = 2 ** 31 - 1;

const pair = (address: string | undefined, port: number | undefined) => `${address ?? '?'}:${port ?? 0}`;

async function serveHttp(identity: string, address: string, port: number): Promise<Server> {
  const server = createServer({ maxHeaderSize: 8_192, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS }, (request, response) => {
    const { remoteAddress, remotePort, localAddress, localPort } = request.socket;
    const seen = {
      identity,
      client: pair(remoteAddress, remotePort),
      server: pair(localAddress, localPort),
      host: (request.headers.host ?? '').slice(0, 256),
    };
    const html = request.headers.accept?.includes('text/html') ?? false;
    request.resume();
    response.writeHead(200, {
      'content-type': html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
      // Every reload is a new connection, so that balancing can be watched in a browser.
      connection: 'close',
      'cache-control': 'no-store',
    });
    response.end(html ? htmlAnswer(seen) : textAnswer(seen));
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(port, address, listening.resolve);
  await listening.promise;
  return server;
}

async function serveDatagrams(identity: string, address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    // A datagram may claim to come from port 0, which nothing can be sent to.
    if (from.port > 0 && deservesAnswer(message.toString('latin1', 0, 256)))
      socket.send(datagramAnswer(identity), from.port, from.address, () => undefined);
  });
  const bound = Promise.withResolvers<void>();
  socket.once('error', bound.reject);
  socket.bind(port, address, bound.resolve);
  await bound.promise;
  // An ICMP error for an answer that nobody waited for is no reason to end.
  socket.on('error', () => undefined);
  return socket;
}

/** Starts a server that answers with the pod's name: HTTP on TCP ports, one datagram for each on UDP ports. It keeps its process alive until it is closed, without ports too. Rejects when a port cannot be had. */
export async function startEchoServer({ identity, tcpPorts, udpPorts, address }: EchoOptions): Promise<EchoServer> {
  const http = await Promise.all(tcpPorts.map((port) => serveHttp(identity, address, port)));
  const datagrams = await Promise.all(udpPorts.map((port) => serveDatagrams(identity, address, port)));
  // A pod without ports runs as any other: were its process to end, it would be started again for ever.
  const alive = setInterval(() => undefined, LONG_MS);
  return {
    tcpPorts: http.map((server) => (server.address() as AddressInfo).port),
    udpPorts: datagrams.map((socket) => socket.address().port),
    async close() {
      clearInterval(alive);
      const closing = [
        ...http.map((server) => {
          server.closeAllConnections();
          return new Promise<void>((resolve) => server.close(() => resolve()));
        }),
        ...datagrams.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
      ];
      await Promise.all(closing);
    },
  };
}
