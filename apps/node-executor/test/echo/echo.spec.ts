import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deservesAnswer, htmlAnswer } from '../../src/echo/answer.ts';
import { parseEchoArguments } from '../../src/echo/arguments.ts';
import { type EchoServer, startEchoServer } from '../../src/echo/echo-server.ts';

let server: EchoServer;
beforeEach(async () => {
  server = await startEchoServer({ identity: 'default/pod-1', tcpPorts: [0, 0], udpPorts: [0], address: '127.0.0.1' });
});
afterEach(() => server.close());

async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  return answer;
}

describe('the echo server', () => {
  it('answers a terminal with the identity on the first line, on every port', async () => {
    for (const port of server.tcpPorts) {
      const response = await fetch(`http://127.0.0.1:${port}/any/path`, { method: 'POST', body: 'x' });
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const lines = (await response.text()).split('\n');
      expect(lines).toEqual([
        'default/pod-1',
        expect.stringMatching(/^client 127\.0\.0\.1:\d+$/),
        `server 127.0.0.1:${port}`,
        `host 127.0.0.1:${port}`,
        '',
      ]);
    }
  });

  it('answers a browser with a page and closes the connection', async () => {
    const response = await fetch(`http://127.0.0.1:${server.tcpPorts[0]}/`, { headers: { accept: 'text/html,*/*' } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.text()).toContain('<h1>default/pod-1</h1>');
  });

  it('answers a datagram with one', async () => {
    const client = createSocket('udp4');
    client.send('hello', server.udpPorts[0], '127.0.0.1');
    const [message] = await once(client, 'message');
    expect(String(message)).toBe('default/pod-1\n');
    client.close();
  });

  it.each([
    ['bytes that are no HTTP', Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])],
    ['a header that is too long', `GET / HTTP/1.1\r\nHost: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('lives through %s', async (_what, bytes) => {
    const port = server.tcpPorts[0] ?? 0;
    expect(await raw(port, bytes)).toContain('400 Bad Request');
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });
});

describe('an echo server without ports', () => {
  // Nothing but promises that are settled already lies between the counts, so no other timer comes or goes.
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

  it('keeps its process alive until it is closed', async () => {
    const before = timers();
    const silent = await startEchoServer({ identity: 'default/pod-2', tcpPorts: [], udpPorts: [], address: '127.0.0.1' });
    expect(timers()).toBe(before + 1);
    await silent.close();
    expect(timers()).toBe(before);
  });
});

describe('htmlAnswer', () => {
  it('lets no host header become markup', () => {
    expect(htmlAnswer({ identity: 'a/b', client: 'c', server: 's', host: '<script>"&' })).toContain('&lt;script&gt;&quot;&amp;');
  });
});

describe('deservesAnswer', () => {
  it.each([
    ['hello', true],
    ['', true],
    ['default/pod-2', true],
    ['default/pod-2\n', false],
  ])('%j: %s', (datagram, expected) => {
    expect(deservesAnswer(datagram)).toBe(expected);
  });
});

describe('parseEchoArguments', () => {
  it('reads lists of ports', () => {
    expect(parseEchoArguments(['--identity', 'default/pod-1', '--tcp', '8080,9090', '--udp', '53'])).toMatchObject({
      identity: 'default/pod-1',
      tcpPorts: [8080, 9090],
      udpPorts: [53],
    });
    expect(parseEchoArguments(['--identity', 'a/b'])).toMatchObject({ tcpPorts: [], udpPorts: [] });
  });

  it.each([
    [[]],
    [['--identity', 'no-slash']],
    [['--identity', 'a/b', '--tcp', '0']],
    [['--identity', 'a/b', '--udp', '1,x']],
    [['--what']],
  ])('refuses %j', (argv) => {
    expect(() => parseEchoArguments(argv)).toThrow();
  });
});
