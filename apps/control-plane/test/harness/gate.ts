import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A way to a Postgres socket that can be shut, as when the database goes away, or held, as when it goes silent, and opened again. */
export interface Gate {
  /** The database's URL through the gate. */
  readonly url: string;
  shut(): Promise<void>;
  /** Nothing comes through any more, on whatever is connected; what was sent comes when it is `released`. */
  hold(): void;
  release(): void;
  open(): Promise<void>;
  remove(): Promise<void>;
}

/** Puts a gate in front of the socket that a `postgresql://…?host=/directory` URL names. It is open. */
export async function gateTo(databaseUrl: string): Promise<Gate> {
  const url = new URL(databaseUrl);
  const directory = await mkdtemp(join(tmpdir(), 'weft-gate-'));
  const file = `.s.PGSQL.${url.port || 5432}`;
  const target = join(url.searchParams.get('host') ?? '', file);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let held = false;
  const pass = (from: Socket) => {
    const to = connect(target);
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    from.pipe(to).pipe(from);
    if (held) for (const socket of [from, to]) socket.pause();
  };
  const gate: Gate = {
    url: databaseUrl.replace(/host=[^&]+/, `host=${encodeURIComponent(directory)}`),
    async open() {
      const opened = createServer(pass);
      await new Promise<void>((resolve) => opened.listen(join(directory, file), resolve));
      server = opened;
    },
    async shut() {
      const closing = server;
      server = null;
      const closed = new Promise<void>((resolve) => (closing === null ? resolve() : closing.close(() => resolve())));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    hold() {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    release() {
      held = false;
      for (const socket of sockets) socket.resume();
    },
    async remove() {
      await gate.shut();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await gate.open();
  return gate;
}
