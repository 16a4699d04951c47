import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** An answer, its body as it came: where it stands something else does when it has been read. */
export interface LeanAnswer {
  readonly status: number;
  /** The body is compressed. */
  readonly gzip: boolean;
  readonly body: Buffer;
}

/** The text of an answer. */
export const textOf = ({ gzip, body }: LeanAnswer) => (gzip ? gunzipSync(body) : body).toString('utf8');

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS = /^HTTP\/1\.1 (\d{3})/;
const GZIP = /\r\ncontent-encoding: *gzip/i;
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** Where the body of an answer is. */
interface Extent {
  readonly status: number;
  readonly gzip: boolean;
  readonly from: number;
  readonly to: number;
}

/** What the head of an answer says; null: there is more of it to come. Throws Error for one of which nobody knows where it ends. */
function extentIn(bytes: Buffer): Extent | null {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const [status, length] = [STATUS.exec(head)?.[1], LENGTH.exec(head)?.[1]];
  if (status === undefined || length === undefined) throw new Error(`the answer begins with ${head.slice(0, 40)}`);
  const from = end + HEAD_END.length;
  return { status: Number(status), gzip: GZIP.test(head), from, to: from + Number(length) };
}

/** What an answer is read as. Its body is not there any more afterwards. */
type Read<T> = (answer: LeanAnswer) => T;

/** A request that is under way. */
interface Asked {
  readonly answered: (answer: LeanAnswer) => void;
  readonly failed: (error: Error) => void;
}

/** How much is read at once, and how much room a connection keeps for the next answer, in bytes. */
const ROOM = 64 * 1024;
const ROOM_KEPT = 256 * 1024;

/** One connection, on which one request at a time is under way. What comes is written where the answer before was: memory outside of its heap makes V8 look through all of what hundreds of nodes hold. */
class Connection {
  readonly #socket: Socket;
  #bytes = Buffer.allocUnsafeSlow(ROOM);
  #length = 0;
  #extent: Extent | null = null;
  #asked: Asked | null = null;

  constructor(hostname: string, port: number) {
    const buffer = Buffer.allocUnsafeSlow(ROOM);
    const callback = (length: number) => {
      this.#take(buffer.subarray(0, length));
      return true;
    };
    this.#socket = connect({ port, host: hostname, noDelay: true, onread: { buffer, callback } });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Throws Error when nobody is there. */
  async open(): Promise<this> {
    await once(this.#socket, 'connect');
    return this;
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  ask<T>(text: string, read: Read<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const answered = (answer: LeanAnswer) => {
      try {
        resolve(read(answer));
      } catch (error) {
        reject(error);
      }
    };
    this.#asked = { answered, failed: reject };
    this.#socket.write(text);
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#makeRoom(this.#length + chunk.length);
    chunk.copy(this.#bytes, this.#length);
    this.#length += chunk.length;
    try {
      this.#extent ??= extentIn(this.#bytes.subarray(0, this.#length));
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (this.#extent !== null && this.#length >= this.#extent.to) this.#answer(this.#extent);
  }

  #answer({ status, gzip, from, to }: Extent): void {
    const asked = this.#asked;
    const body = this.#bytes.subarray(from, to);
    this.#asked = null;
    this.#extent = null;
    this.#length = 0;
    if (this.#bytes.length > ROOM_KEPT) this.#bytes = Buffer.allocUnsafeSlow(ROOM);
    asked?.answered({ status, gzip, body });
  }

  #makeRoom(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  #fail(error: Error): void {
    this.#asked?.failed(error);
    this.#asked = null;
    this.#socket.destroy();
  }
}

/** A request: its body is JSON. */
export interface LeanRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string | undefined;
  /** Those of the body aside. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly withinMs: number;
}

const MERGE_PATCH = 'application/merge-patch+json';

function wordsOf(hostname: string, { method, path, token, body, headers = {} }: LeanRequest): string {
  const type = method === 'PATCH' ? MERGE_PATCH : 'application/json';
  const about = body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
  const all = { host: hostname, authorization: `Bearer ${token}`, 'accept-encoding': 'gzip', ...about, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

/** HTTP/1.1 as far as the control plane speaks it to nodes, over connections that stay open: who asks for many shares the processor with what is measured, and Node's own client takes four times as long. */
export class LeanHttp {
  readonly #hostname: string;
  readonly #port: number;
  readonly #idle: Connection[] = [];

  constructor(hostname: string, port: number) {
    this.#hostname = hostname;
    this.#port = port;
  }

  /** Sends a request, with a body of JSON where there is one. Throws Error when there is no answer in time, and what `read` throws. */
  async request<T>(request: LeanRequest, read: Read<T>): Promise<T> {
    const connection = await this.#connection();
    const timer = setTimeout(() => connection.close(), request.withinMs);
    try {
      return await connection.ask(wordsOf(this.#hostname, request), read);
    } finally {
      clearTimeout(timer);
      if (connection.isOpen) this.#idle.push(connection);
    }
  }

  async #connection(): Promise<Connection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.isOpen) return idle;
    return new Connection(this.#hostname, this.#port).open();
  }
}
