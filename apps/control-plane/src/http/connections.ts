import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** The connections of a server, and on which of them a request is under way. */
export interface Connections {
  /** Hangs up where no request is under way. */
  closeIdle(): void;
}

/**
 * Keeps count of a server's connections from now on. `closeIdleConnections` of Node leaves those open on which nothing was ever sent; clients open them in
 * advance, and a server that waits for them to end waits for a minute.
 */
export function connectionsOf(server: Server): Connections {
  const requests = new Map<Socket, number>();
  const count = (socket: Socket, change: number) => {
    const before = requests.get(socket);
    if (before !== undefined) requests.set(socket, before + change);
  };
  // With TLS, requests arrive on another socket than connections do.
  server.on(server instanceof HttpsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  return {
    closeIdle() {
      for (const [socket, underWay] of requests) if (underWay === 0) socket.destroy();
    },
  };
}
