/** A server process that belongs to this one: it ends when this process ends, even by SIGKILL. */
export interface EmbeddedServer {
  /** How clients reach it, its password included: over TCP when it has a port, else over its socket. */
  readonly url: string;
  /** The same over its unix socket. */
  readonly socketUrl: string;
  readonly pid: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Lets it write out what it holds and waits for its end. May be called twice. */
  stop(): Promise<void>;
}

/** Why an embedded server does not run: one sentence that says what to do. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError';
}

/** Where an embedded server keeps its things and listens. */
export interface EmbeddedServerOptions {
  /** Its own directory; made when missing. Data, password, socket and log live in it, and nothing outside is written. */
  readonly directory: string;
  /** Addresses to listen on over TCP; none unless told. */
  readonly hosts?: readonly string[];
  /** TCP port; needed with `hosts`. */
  readonly port?: number;
  /** False: do not wait for the disk. For data that is thrown away, such as a test's. True unless told. */
  readonly durable?: boolean;
}
