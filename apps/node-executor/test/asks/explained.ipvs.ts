import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { owned } from '@weft/compiler';
import { RealHost } from '@weft/host';
import { LIVE_OBJECTS_MAX, type LiveObject } from '@weft/jobs';
import { identityOf, isSought, pasted } from '@weft/kernel';
import { type DesiredService, type DesiredState, stateChecksum } from '@weft/model';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Live } from '../../src/asks/live/live.ts';
import type { Dataplane } from '../../src/dataplane/dataplane.ts';
import { dataplaneOn } from '../support/dataplane-on.ts';
import { CLUSTER, NODE, pod, service } from '../support/objects.ts';
import { createOwnHost, type OwnHost } from '../support/own-host.ts';

const SERVICES = 150;
const LINES = 1_000;
const PODS = [1, 2, 3];
const PATIENCE_MS = 300_000;

const gunzipped = promisify(gunzip);

let own: OwnHost;
let host: RealHost;
let folder: string;
let dataplane: Dataplane;
let state: DesiredState;

/** A service of one of several kinds, by its number: with a node port, open to some only, at an address from outside, with affinity. */
function serviceOf(n: number): DesiredService {
  const { ports, ...rest } = service(n, ['100.64.1.11', '100.64.1.12', '100.64.2.11'].slice(0, 1 + (n % 3)));
  return {
    ...rest,
    sessionAffinity: n % 5 === 0 ? 'ClientIP' : 'None',
    loadBalancerIPs: n % 4 === 0 ? [`203.0.113.${n}`] : [],
    loadBalancerSourceRanges: n % 8 === 0 ? ['198.51.100.0/24'] : [],
    ports: ports.map((port) => ({ ...port, nodePort: 30_000 + n })),
    revision: n,
  };
}

beforeAll(async () => {
  own = await createOwnHost();
  await own.must(['ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'lan']);
  await own.must(['ip', 'address', 'add', '192.0.2.1/24', 'dev', 'eth0']);
  await own.run(['modprobe', 'br_netfilter']);
  host = new RealHost({ workloadScript: '/nonexistent', enter: own.enter });
  folder = await mkdtemp(join(tmpdir(), 'weft-explained-'));
  dataplane = dataplaneOn(host, folder);
  const services = Array.from({ length: SERVICES }, (_, n) => serviceOf(n + 1)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const node = { ...NODE, backend: 'ipvs' as const, revision: 1 };
  state = {
    epoch: 'e',
    revision: SERVICES,
    cluster: CLUSTER,
    nodes: [node],
    pods: PODS.map((n) => ({ ...pod(n), revision: 1 })),
    services,
  };
  await dataplane.converge({ nodeId: NODE.id, desired: state, checksum: stateChecksum(state), fromSnapshot: true, delta: null });
  expect(dataplane.failure).toBeNull();
}, PATIENCE_MS);
afterAll(async () => {
  host.close();
  own.close();
  await rm(folder, { recursive: true });
});

/** What the executor says is in the kernel. */
async function everythingLive(): Promise<LiveObject[]> {
  let ids = 0;
  const live = new Live({
    host,
    foreign: { list: async () => [] },
    dataplane: () => dataplane,
    still: (work) => work(),
    newId: () => `look-${++ids}`,
    now: Date.now,
  });
  const select = { kinds: null, text: null, identities: null, foreign: null };
  const objects: LiveObject[] = [];
  let after: { look: string; known: number } | null = null;
  for (let total = 1; objects.length < total; ) {
    const answer = await live.answer({ kind: 'live', select, after, limit: LIVE_OBJECTS_MAX });
    objects.push(...JSON.parse((await gunzipped(Buffer.from(answer.objects, 'base64'))).toString()));
    total = answer.total;
    after = { look: answer.look ?? '', known: objects.length };
  }
  return objects;
}

/** What the tools of a Debian host list. */
const LISTINGS = [
  ['ipvsadm', '-S', '-n'],
  ['ipset', 'save'],
  ['iptables-save', '-c'],
  ['ip', '-4', 'route', 'show', 'proto', '87'],
  ['ip', 'neigh', 'show', 'nud', 'permanent'],
];
/** Lines that tell of no single thing, and built-in chains. */
const OF_NOTHING = /^(#|\*|COMMIT|:(?!WEFT)|:WEFT-MADE)|^$/;

/** Whom a line is for, by the address or the port in it that only one service has; null: it does not say. */
function namedBy(line: string): string | null {
  const [, last] = /\b198\.19\.0\.(\d+)\b(?!\/)/.exec(line) ?? /\b203\.0\.113\.(\d+)\b(?!\/)/.exec(line) ?? [];
  const [, port] = /\b192\.0\.2\.1[:,](?:tcp:)?30(\d{3})\b/.exec(line) ?? [];
  if (last !== undefined) return `service-${line.includes('203.0.113.') ? Number(last) : Number(last) - 10}`;
  return port === undefined ? null : `service-${Number(port)}`;
}

it(`finds what ${LINES} lines of what the tools list tell of, as what was applied, and whose it is`, { timeout: PATIENCE_MS }, async () => {
  const listed = await Promise.all(LISTINGS.map((argv) => own.must(argv)));
  const lines = listed.flatMap((text) => text.split('\n').map((line) => line.trim())).filter((line) => !OF_NOTHING.test(line));
  const known = [...new Set(lines)];
  expect(known.length).toBeGreaterThanOrEqual(LINES);
  const [chosen = []] = fc.sample(fc.shuffledSubarray(known, { minLength: LINES, maxLength: LINES }), 1);
  const objects = await everythingLive();
  const wanted = new Map(owned(state, NODE.id).map((object) => [identityOf(object), object]));
  const wrong = chosen.flatMap((line) => {
    const sought = pasted(line);
    const found = objects.filter((object) => sought.some((one) => isSought(one, object)));
    const owners = found.map((object) => wanted.get(identityOf(object))?.owners.map(({ name }) => name) ?? []);
    const areOurs = found.length > 0 && found.every((object) => !object.foreign && wanted.get(identityOf(object))?.text === object.text);
    const named = namedBy(line);
    const isNamed = named === null || owners.some((names) => names.includes(named));
    return areOurs && isNamed ? [] : [{ line, found, owners }];
  });
  expect(wrong).toEqual([]);
  expect(chosen.filter((line) => namedBy(line) !== null).length).toBeGreaterThan(LINES / 2);
});

it('calls foreign what somebody puts beside it', { timeout: PATIENCE_MS }, async () => {
  await own.must(['ipvsadm', '-A', '-t', '192.0.2.1:8443', '-s', 'wlc']);
  await own.must(['ipvsadm', '-a', '-t', '192.0.2.1:8443', '-r', '192.0.2.99:8443', '-m']);
  const objects = await everythingLive();
  for (const line of ['-A -t 192.0.2.1:8443 -s wlc', '-a -t 192.0.2.1:8443 -r 192.0.2.99:8443 -m -w 1']) {
    const found = objects.filter((object) => pasted(line).some((one) => isSought(one, object)));
    expect(found.map(({ foreign }) => foreign)).not.toContain(false);
  }
});
