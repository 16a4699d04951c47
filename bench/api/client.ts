import { Agent, type IncomingMessage, request } from 'node:http';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly text: string;
}

/** Sends requests over connections that stay open, and costs the machine that is measured little: no more than Node's own client. */
export interface Client {
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The same, for a request that has to work: its answer as JSON. */
  ok<T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** Opens a stream and calls back with its text as it comes. */
  stream(path: string, onText: (text: string) => void): Promise<{ close(): void }>;
  close(): void;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A client of the control plane at `url`. */
export function clientOf(url: string, token: string): Client {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1024 });
  const open = (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const sent = request(
        {
          agent,
          hostname,
          port,
          method,
          path,
          headers: {
            authorization: `Bearer ${token}`,
            ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
            ...headers,
          },
        },
        resolve,
      );
      sent.once('error', reject);
      sent.end(text);
    });
  const client: Client = {
    async send(method, path, body, headers = {}) {
      const response = await open(method, path, body, headers);
      return { status: response.statusCode ?? 0, etag: response.headers.etag, text: await textOf(response) };
    },
    async ok(method, path, body, headers) {
      const { status, text } = await client.send(method, path, body, headers);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async stream(path, onText) {
      const response = await open('GET', path, undefined, {});
      if (response.statusCode !== 200) throw new Error(`GET ${path}: ${response.statusCode}`);
      response.setEncoding('utf8').on('data', onText);
      response.on('error', () => undefined);
      return { close: () => response.destroy() };
    },
    close: () => agent.destroy(),
  };
  return client;
}
