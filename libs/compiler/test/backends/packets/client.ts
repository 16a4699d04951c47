/**
 * `client.ts <requests>`: makes the requests of a JSON array of `{protocol, host, port}`, all at once, and prints a JSON array of what came of each:
 * the answer, or the code of the error; ETIMEDOUT when there was neither within a second.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

interface Request {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
}

const PATIENCE_MS = 1000;

const ask: Record<Request['protocol'], (request: Request, done: (outcome: string) => void) => void> = {
  tcp: ({ host, port }, done) => {
    const socket = connect({ host, port });
    socket.setEncoding('utf8').once('data', done);
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
  },
  udp: ({ host, port }, done) => {
    const socket = createSocket('udp4');
    socket.once('message', (message) => done(message.toString()));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
    socket.connect(port, host, () => socket.send('?'));
  },
};

const requests: Request[] = JSON.parse(process.argv[2] ?? '[]');
const outcomes = await Promise.all(
  requests.map(
    (request) =>
      new Promise<string>((done) => {
        setTimeout(done, PATIENCE_MS, 'ETIMEDOUT');
        ask[request.protocol](request, done);
      }),
  ),
);
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
