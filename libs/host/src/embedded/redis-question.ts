import { connect } from 'node:net';

/**
 * Sends one command to a Redis and gives the last line of the answer, in Redis' own notation (`+PONG`); null when nothing answers. For what
 * must be known before there is a client: whether it runs, and emptying it for a test.
 *
 * @param socketUrl `unix:///path?password=…[&db=…]`
 */
export function askRedis(socketUrl: string, command: string): Promise<string | null> {
  const { pathname, searchParams } = new URL(socketUrl);
  const words = [`AUTH ${searchParams.get('password')}`, `SELECT ${searchParams.get('db') ?? 0}`, command, 'QUIT'];
  return new Promise((resolve) => {
    let answer = '';
    const connection = connect(decodeURIComponent(pathname), () => connection.write(`${words.join('\r\n')}\r\n`));
    connection.setEncoding('utf8');
    connection.on('data', (text: string) => {
      answer += text;
    });
    connection.on('error', () => resolve(null));
    // The last line answers QUIT.
    connection.on('end', () => resolve(answer.trim().split('\r\n').at(-2) ?? null));
  });
}
