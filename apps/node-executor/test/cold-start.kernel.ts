import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RealHost } from '@weft/host';
import { type DesiredService, stateChecksum } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dataplaneOn } from './support/dataplane-on.ts';
import { CLUSTER, NODE, service } from './support/objects.ts';
import { createOwnHost, type OwnHost } from './support/own-host.ts';

const BYSTANDER = fileURLToPath(new URL('./support/bystander.pl', import.meta.url));

const SERVICES = 10_000;

/** For this machine's disk, which may hang for half a minute, and for tools that take turns with others. */
const PATIENCE_MS = 120_000;

/** Service number `n`, with 1 to 20 endpoints: of a hundred 5 bind clients to an endpoint, 2 keep what comes from outside on the node, 10 have a node port. */
function oneOfMany(n: number): DesiredService {
  const [kind, replicas] = [n % 100, 1 + Math.floor(20 * ((Math.floor(n / 100) % 100) / 100) ** 4)];
  const endpoints = Array.from({ length: replicas }, (_, at) => `100.64.${(at % 3) + 1}.${((n + at) % 240) + 10}`);
  const { ports, ...rest } = service(n, endpoints.sort());
  return {
    ...rest,
    revision: 1,
    clusterIP: `198.19.${(n >> 8) + 1}.${n & 255}`,
    sessionAffinity: kind < 5 ? 'ClientIP' : 'None',
    externalTrafficPolicy: kind >= 5 && kind < 7 ? 'Local' : 'Cluster',
    ports: ports.map((port) => ({ ...port, nodePort: kind >= 5 && kind < 15 ? 20_000 + n : null })),
  };
}

/** Somebody else who changes rules of his own whenever rules were changed. `end` ends him and returns the generations of the rules that his transactions made. */
async function startBystander(on: OwnHost): Promise<{ end(): Promise<readonly number[]> }> {
  const [file = '', ...args] = [...on.enter, 'perl', BYSTANDER];
  const program = spawn(file, args);
  const ended = once(program, 'close');
  const heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    program[name].setEncoding('utf8').on('data', (piece: string) => {
      heard[name] += piece;
    });
  await eventually('his first transaction', () => heard.stdout.includes('\n'), { withinMs: PATIENCE_MS });
  return {
    async end() {
      program.stdin.end();
      await ended;
      expect(heard.stderr).toBe('');
      return heard.stdout.trim().split('\n').map(Number);
    },
  };
}

let host: OwnHost;
let real: RealHost;
let folder: string;
beforeEach(async () => {
  host = await createOwnHost();
  await host.must(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan']);
  await host.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
  real = new RealHost({ workloadScript: '/nonexistent', enter: host.enter });
  folder = await mkdtemp(join(tmpdir(), 'weft-cold-start-'));
});
afterEach(async () => {
  real.close();
  host.close();
  await rm(folder, { recursive: true });
});

/**
 * In how many stretches, with somebody else's transactions between them, everything is committed at least. With all services in
 * one transaction there would be three or four.
 */
const LEAST = { nftables: 5, iptables: 50 } as const;

it.each(['nftables', 'iptables'] as const)(
  'others change their rules in between while a node takes up ten thousand services on %s',
  { timeout: 3 * PATIENCE_MS },
  async (backend) => {
    const desired = {
      epoch: 'e',
      revision: 2,
      cluster: CLUSTER,
      nodes: [{ ...NODE, backend, revision: 1 }],
      pods: [],
      services: Array.from({ length: SERVICES }, (_, n) => oneOfMany(n)),
    };
    const bystander = await startBystander(host);
    const dataplane = dataplaneOn(real, folder);
    await dataplane.converge({ nodeId: NODE.id, desired, checksum: stateChecksum(desired), fromSnapshot: true, delta: null });
    expect(dataplane.failure).toBeNull();
    const his = await bystander.end();
    const stretches = his.filter((generation, at) => at > 0 && generation - (his[at - 1] ?? 0) > 1).length;
    expect(stretches).toBeGreaterThanOrEqual(LEAST[backend]);
  },
);
