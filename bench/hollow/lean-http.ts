import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An answer, its body as it came. */
export interface LeanAnswer {
  readonly status: number;
  /** The body is compressed. */
  readonly gzip: boolean;
  readonly body: Buffer;
}

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

/** One connection, on which one request at a time is under way. */
class Connection {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #length = 0;
  #extent: Extent | null = null;
  #answered: PromiseWithResolvers<LeanAnswer> | null = null;

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  get isOpen(): boolean {
    return this.#socket.writable;
  }

  ask(text: string): Promise<LeanAnswer> {
    this.#answered = Promise.withResolvers();
    this.#socket.write(text);
    return this.#answered.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    try {
      this.#extent ??= extentIn(this.#bytes());
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#extent === null || this.#length < this.#extent.to) return;
    const { status, gzip, from, to } = this.#extent;
    this.#answered?.resolve({ status, gzip, body: this.#bytes().subarray(from, to) });
    this.#answered = null;
    this.#extent = null;
    this.#chunks = [];
    this.#length = 0;
  }

  #bytes(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
  }

  #fail(error: unknown): void {
    this.#answered?.reject(error);
    this.#answered = null;
    this.#socket.destroy();
  }
}

/** HTTP/1.1 as far as the control plane speaks it to nodes, over connections that stay open: many nodes share one processor with what is measured, and Node's own client takes four times as long. */
export class LeanHttp {
  readonly #hostname: string;
  readonly #port: number;
  readonly #idle: Connection[] = [];

  constructor(hostname: string, port: number) {
    this.#hostname = hostname;
    this.#port = port;
  }

  /** Sends a request, with a body of JSON where there is one. Throws Error when there is no answer in time. */
  async request(method: string, path: string, token: string, body: string | undefined, withinMs: number): Promise<LeanAnswer> {
    const about = body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#hostname}\r\nauthorization: Bearer ${token}\r\naccept-encoding: gzip\r\n${about}\r\n`;
    const connection = await this.#connection();
    const timer = setTimeout(() => connection.close(), withinMs);
    try {
      const answer = await connection.ask(head + (body ?? ''));
      this.#idle.push(connection);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  async #connection(): Promise<Connection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.isOpen) return idle;
    const socket = connect(this.#port, this.#hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }
}
