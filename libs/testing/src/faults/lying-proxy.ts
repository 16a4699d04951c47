import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of an answer on its way: another body, or an end in the middle of it. */
export type Lie = (response: ServerResponse, body: Buffer) => void;

const asJson = (response: ServerResponse, body: string | Buffer) =>
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);

/** A snapshot that has everything but what a node is for. Its form is right, and nothing in it is true. */
function emptied(body: Buffer): string {
  const pull = JSON.parse(body.toString()) as Record<string, unknown>;
  return JSON.stringify({ ...pull, kind: 'snapshot', services: [], pods: [] });
}

/** What proxies, full disks and half-dead servers make of an answer. */
export const LIES = {
  'an empty body': (response) => asJson(response, ''),
  'an empty object': (response) => asJson(response, '{}'),
  'an empty list': (response) => asJson(response, '[]'),
  'no content': (response) => response.writeHead(204).end(),
  'half of the answer, as if it were whole': (response, body) => asJson(response, body.subarray(0, body.length / 2)),
  'half of the answer, then a hang-up': (response, body) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  },
  'a page that asks to log in': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>'),
  'a snapshot without services and pods': (response, body) => asJson(response, emptied(body)),
} as const satisfies Record<string, Lie>;

/** A proxy before an HTTP server that can be told to lie about the answers of one path. */
export interface LyingProxy {
  readonly port: number;
  /** Null: to tell the truth. Answers of other paths are passed on as they are. */
  tell(lie: Lie | null): void;
  /** Lies told so far. */
  readonly told: () => number;
  close(): Promise<void>;
}

/** Starts a proxy before `target` on a free port of `host`. */
export async function lyingProxy(host: string, target: URL, path: string): Promise<LyingProxy> {
  let lie: Lie | null = null;
  let told = 0;
  const server: Server = createServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const onward = request({ host: target.hostname, port: target.port, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        const lying = answer.statusCode === 200 && url.split('?')[0]?.endsWith(path) ? lie : null;
        if (lying === null) return response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
        told += 1;
        lying(response, body);
      });
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tell(next) {
      lie = next;
    },
    told: () => told,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
