import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { DEFAULT_NETWORK, type ProbeTarget } from '@weft/model';
import { expect, it } from 'vitest';
import { isOfFleet } from '../../src/asks/probe/known-addresses.ts';
import { probe } from '../../src/asks/probe/probe.ts';

/** A fleet whose pods live on loopback. */
const FLEET = { cluster: { ...DEFAULT_NETWORK, podCidrs: ['127.0.0.0/29'] }, nodes: [] };

const asking = (targets: ProbeTarget[]) => ({ kind: 'probe', targets, attempts: 3, timeoutMs: 500 }) as const;

it('connects to each target so many times, and tells errors by their code', async () => {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = { what: 'pod a/b', ip: '127.0.0.1', port };
  const closed = { what: 'pod a/c', ip: '127.0.0.2', port };
  const { results } = await probe(asking([open, closed]), FLEET);
  server.close();
  expect(results).toEqual([
    { target: open, connected: 3, errors: {} },
    { target: closed, connected: 0, errors: { ECONNREFUSED: 3 } },
  ]);
  expect(accepted).toBe(3);
});

it('connects to nobody outside of the fleet, whoever asks', async () => {
  const stranger = { what: 'pod a/b', ip: '203.0.113.1', port: 22 };
  await expect(probe(asking([stranger]), FLEET)).rejects.toThrow('203.0.113.1 is no address of the fleet that this node knows');
  await expect(probe(asking([stranger]), null)).rejects.toThrow('203.0.113.1');
});

it('knows the addresses of pods, services and nodes', () => {
  const fleet = { cluster: DEFAULT_NETWORK, nodes: [{ address: '192.0.2.11/24' }] };
  expect(['100.64.3.7', '198.19.0.2', '192.0.2.11'].every((ip) => isOfFleet(fleet, ip))).toBe(true);
  expect(['192.0.2.12', '127.0.0.1', '8.8.8.8'].some((ip) => isOfFleet(fleet, ip))).toBe(false);
});
