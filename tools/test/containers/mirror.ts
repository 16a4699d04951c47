import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { MIRROR } from './debian-tree.ts';

/** What lets hosts without a way out fetch from Debian's mirror, and from nobody else. */
export interface MirrorProxy {
  /** The socket on which it is an HTTP proxy. */
  readonly socket: string;
  close(): Promise<void>;
}

/** Starts one. @param folder where its socket is made */
export async function mirrorProxy(folder: string): Promise<MirrorProxy> {
  const socket = join(folder, 'mirror.sock');
  const server = createServer(({ url = '', method, headers }, answer) => {
    if (new URL(url, 'http://none').host !== new URL(MIRROR).host) return void answer.writeHead(403).end();
    const asked = request(url, { ...(method === undefined ? {} : { method }), headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    asked.on('error', () => answer.writeHead(502).end()).end();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
