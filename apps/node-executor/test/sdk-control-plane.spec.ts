import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROTOCOL } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlPlane, ControlPlaneError } from '../src/control-plane/control-plane.ts';
import { sdkControlPlane } from '../src/control-plane/sdk-control-plane.ts';
import { CredentialFile } from '../src/identity/credential-file.ts';
import { CREDENTIAL } from './support/credential.ts';
import { FakeControlPlane } from './support/fake-control-plane.ts';
import { FACTS, service } from './support/objects.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let folder: string;
let server: Server;
let answer: Answer;
let stopping: AbortController;
let controlPlane: ControlPlane;
let credentialFile: CredentialFile;

const json = (response: ServerResponse, body: unknown, status = 200, type = 'application/json') =>
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-sdk-'));
  credentialFile = new CredentialFile(join(folder, 'credential'));
  await credentialFile.write(CREDENTIAL);
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stopping = new AbortController();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  controlPlane = sdkControlPlane({ url, credential: () => credentialFile.read(), signal: stopping.signal });
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe('the control plane over HTTP', () => {
  it('is asked on the agreed routes, with the credential of the moment', async () => {
    const fake = new FakeControlPlane();
    fake.put('services', service(1, ['100.64.1.11']));
    const pull = await fake.pull(null);
    const seen: string[] = [];
    answer = (request, response, body) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${body.length > 0}`);
      if (request.url === '/node-agent/session')
        json(response, { session: 's1', node: { id: 'node_n1', name: 'n1' }, heartbeatSeconds: 10 });
      else if (request.url === '/node-agent/report') json(response, { epoch: 'e', desiredRevision: 4 });
      else if (request.url === '/node-agent/counters') json(response, { kept: 0 });
      else json(response, pull);
    };
    expect(await controlPlane.openSession({ protocol: PROTOCOL, facts: FACTS })).toMatchObject({ session: 's1', node: { name: 'n1' } });
    expect(await controlPlane.pull(null)).toEqual(pull);
    await credentialFile.write({ ...CREDENTIAL, token: 'weft_node_newer' });
    expect(await controlPlane.pull({ epoch: 'e 1', revision: 7 })).toEqual(pull);
    expect(await controlPlane.pull({ epoch: 'e 1', revision: 7 }, 9)).toEqual(pull);
    const report = {
      session: 's1',
      epoch: 'e',
      appliedRevision: 4,
      frozen: false,
      configHash: null,
      failure: null,
      pods: [],
      receipts: [],
    };
    expect(await controlPlane.report(report)).toEqual({ epoch: 'e', desiredRevision: 4 });
    expect(await controlPlane.count({ session: 's1', counters: [] })).toEqual({ kept: 0 });
    expect(seen).toEqual([
      'PUT /node-agent/session Bearer weft_node_secret true',
      'GET /node-agent/desired Bearer weft_node_secret false',
      'GET /node-agent/desired?epoch=e%201&since=7 Bearer weft_node_newer false',
      'GET /node-agent/desired?epoch=e%201&since=7&atLeast=9 Bearer weft_node_newer false',
      'PUT /node-agent/report Bearer weft_node_newer true',
      'PUT /node-agent/counters Bearer weft_node_newer true',
    ]);
  });

  it('may be a newer one, which says more than is known here', async () => {
    const fake = new FakeControlPlane();
    fake.put('services', service(1, ['100.64.1.11']));
    const pull = await fake.pull(null);
    const newer = { ...pull, services: pull.services.map((one) => ({ ...one, mirroredTo: ['elsewhere'] })), pace: { each: 3 } };
    answer = (_request, response) => json(response, newer);
    expect(await controlPlane.pull(null)).toEqual(pull);
  });

  const problem = {
    type: 'x',
    title: 'Another',
    status: 409,
    detail: 'd',
    code: 'StaleSession',
    requestId: 'r',
    retryable: false,
    errors: [],
  };
  it.each<[string, Answer, string]>([
    ['a problem', (_request, response) => json(response, problem, 409, 'application/problem+json'), 'StaleSession'],
    ['a proxy that answers in its own words', (_request, response) => response.writeHead(502).end('<html>'), 'Foreign'],
    [
      'JSON that is cut off',
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"snapshot","serv'),
      'UnreadableAnswer',
    ],
    [
      'an answer that is not what the contract says',
      (_request, response) => json(response, { kind: 'snapshot', services: [] }),
      'UnreadableAnswer',
    ],
    ['an empty answer', (_request, response) => response.writeHead(204).end(), 'Unreachable'],
    ['a connection that breaks', (_request, response) => response.socket?.destroy(), 'Unreachable'],
    [
      'a connection that breaks in the middle of the answer',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"kind":');
        response.socket?.destroySoon();
      },
      'Unreachable',
    ],
  ])('throws ControlPlaneError for %s', async (_what, reply, code) => {
    answer = reply;
    await expect(controlPlane.pull(null)).rejects.toMatchObject({ name: 'ControlPlaneError', code });
  });

  describe('saying that a node was removed', () => {
    const removed = {
      type: 'urn:weft:problem:NodeRemoved',
      title: 'removed',
      status: 410,
      detail: 'node node-1 was removed',
      code: 'NodeRemoved',
      requestId: 'r',
      retryable: false,
      errors: [{ pointer: '/nodes/node_abc', code: 'NodeRemoved', message: 'node node-1 was removed' }],
    };
    const said = async (body: unknown, status = 410) => {
      answer = (_request, response) => json(response, body, status, 'application/problem+json');
      return (await controlPlane.pull(null).catch((error: unknown) => error)) as ControlPlaneError;
    };

    it('is heard with the id of the node', async () => {
      expect(await said(removed)).toMatchObject({ code: 'NodeRemoved', removedNode: 'node_abc' });
    });

    it.each([
      ['a page of somebody else', '<html>410 Gone</html>', 410],
      ['another problem', { ...removed, type: 'urn:weft:problem:Expired', code: 'Expired' }, 410],
      ['a code without the rest', { code: 'NodeRemoved', errors: [] }, 410],
      ['another status within', { ...removed, status: 401 }, 401],
      ['no node', { ...removed, errors: [] }, 410],
      ['something else than a node', { ...removed, errors: [{ pointer: '/pods/pod_1', code: 'NodeRemoved', message: '' }] }, 410],
      [
        'nobody is known by that token',
        { ...removed, type: 'urn:weft:problem:Unauthenticated', code: 'Unauthenticated', status: 401 },
        401,
      ],
    ])('is not heard from %s', async (_, body, status) => {
      expect((await said(body, status)).removedNode).toBeNull();
    });
  });

  it('throws for a credential that cannot be read', async () => {
    await credentialFile.remove();
    await expect(controlPlane.pull(null)).rejects.toMatchObject({ name: 'ControlPlaneError', code: 'NoCredential' });
  });

  it('lets go of a request when the executor stops', async () => {
    answer = () => stopping.abort();
    await expect(controlPlane.pull(null)).rejects.toMatchObject({ name: 'ControlPlaneError' });
  });
});
