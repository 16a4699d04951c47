import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { DEFAULT_CONTROL, DEFAULT_NETWORK, type DesiredPull } from '@weft/model';
import { expect, it, onTestFinished } from 'vitest';
import { pullReply } from '../src/pull-reply.ts';

const PULL: DesiredPull = {
  kind: 'delta',
  epoch: 'e',
  revision: 7,
  checksum: 'ab',
  control: DEFAULT_CONTROL,
  cluster: DEFAULT_NETWORK,
  nodes: [],
  pods: [],
  services: [],
  removed: ['svc_1'],
};

/** What a node reads that asks as executors do, and how it was sent. */
async function sent(pull: DesiredPull, readsGzip: boolean) {
  const { body, headers } = await pullReply(pull, readsGzip);
  const server = createServer((_request, response) => {
    response.writeHead(200, headers);
    if (body instanceof Readable) body.pipe(response);
    else response.end(body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { pull: await answer.json(), length: Number(headers['content-length']), gzip: headers['content-encoding'] === 'gzip' };
}

const listOf = (length: number) =>
  Array.from({ length }, (_, n) => ({ id: `svc_${n}`, name: 'é-service-of-many' })) as unknown as DesiredPull['services'];

it('is the pull as JSON, whoever shares its lists', async () => {
  const services = listOf(1);
  for (const pull of [PULL, { ...PULL, services }, { ...PULL, services, revision: 8, removed: [] }])
    expect(await sent(pull, true)).toMatchObject({ pull, gzip: false });
});

it('is compressed when it is long, for nodes that read that', async () => {
  const services = listOf(10_000);
  const pods = Array.from({ length: 3_000 }, (_, n) => ({ id: `pod_${n}`, name: 'a-pod-of-many' })) as unknown as DesiredPull['pods'];
  for (const own of [{ revision: 7 }, { revision: 8, pods }]) {
    const pull = { ...PULL, ...own, services };
    const [plain, gzip] = [await sent(pull, false), await sent(pull, true)];
    expect([plain.pull, gzip.pull]).toEqual([pull, pull]);
    expect([plain.gzip, gzip.gzip]).toEqual([false, true]);
    expect(gzip.length).toBeLessThan(plain.length / 2);
  }
});
