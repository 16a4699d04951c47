/**
 * Asks echo servers on behalf of a party, as long as its standard input is open. A line in is a JSON array of `{protocol, host, port, patienceMs}`, asked at
 * once; a line out is the JSON array of what came of each: the answer, or the code of the error; ETIMEDOUT when there was neither in time.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

interface Question {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  readonly patienceMs: number;
}

type Done = (outcome: string) => void;

const ask: Record<Question['protocol'], (question: Question, done: Done) => () => void> = {
  tcp({ host, port }, done) {
    const socket = connect({ host, port }, () => socket.write('?\n'));
    socket.setEncoding('utf8').once('data', done);
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
    return () => socket.destroy();
  },
  udp({ host, port }, done) {
    const socket = createSocket('udp4');
    socket.once('message', (message) => done(message.toString()));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
    socket.connect(port, host, () => socket.send('?'));
    return () => socket.close();
  },
};

async function outcomeOf(question: Question): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, question.patienceMs, 'ETIMEDOUT');
  const hangUp = ask[question.protocol](question, resolve);
  const outcome = await promise;
  clearTimeout(timer);
  hangUp();
  return outcome.trim();
}

for await (const line of createInterface({ input: process.stdin })) {
  const questions: Question[] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await Promise.all(questions.map(outcomeOf)))}\n`);
}
