import { randomBytes, randomUUID } from 'node:crypto';
import type { AuditEvent, Explanation, NodeDataplane } from '@weft/model';
import { eventually } from '@weft/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node, Service } from '../../src/api/fleet-api.ts';
import { eachOf } from '../fleet/each-of.ts';
import { LocalFleet } from '../fleet/local-fleet.ts';
import { nameOf, originsByRevision } from './origin-oracle.ts';

/** Different lines of real listings that are explained on each backend, and services enough to have as many. */
const [LINES, SERVICES] = process.env.WEFT_FAULTS === 'long' ? [1_000, 120] : [40, 6];
const PODS = 6;
/** Lines that are asked about at a time. */
const AT_ONCE = 4;
const PATIENCE_MS = 900_000;

/** What is listed on a node of each backend, by the tools of a Debian host. */
const LISTINGS = {
  nftables: [['nft', '-a', 'list', 'table', 'ip', 'weft']],
  iptables: [['iptables-save', '-c']],
} as const;

const NETWORK = [
  ['ip', '-4', 'route', 'show', 'proto', '87'],
  ['ip', 'neigh', 'show', 'nud', 'permanent'],
];

let fleet: LocalFleet;
let nodes: Readonly<Record<keyof typeof LISTINGS, Node>>;

/** Asks as somebody, under an id of its own. */
async function ask(token: string, path: string, body: object): Promise<unknown> {
  const { url } = await fleet.run();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-request-id': `lab-${randomUUID()}`,
    prefer: 'wait=30',
  };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

beforeAll(async () => {
  fleet = await LocalFleet.place();
  await fleet.up(2);
  const [first, second] = await (await fleet.api()).nodes();
  if (first === undefined || second === undefined) throw new Error('too few nodes');
  const as = (node: Node, backend: string) => fleet.call<Node>('PATCH', `/nodes/${node.id}`, { backend, driftPolicy: 'observe' });
  nodes = { nftables: await as(first, 'nftables'), iptables: await as(second, 'iptables') };
  const people = await Promise.all(
    ['ann', 'bob'].map(async (name) => (await fleet.call<{ token: string }>('POST', '/tokens', { name, role: 'operator' })).token),
  );
  for (let n = 0; n < SERVICES; n++) {
    const person = people[n % 2] ?? '';
    const app = `app-${n % 3}`;
    const ports = [{ containerPort: 8080 }];
    const node = [first.name, second.name][n % 2];
    if (n < PODS) await ask(person, '/pods', { name: `pod-${n}`, node, labels: { app }, ports, runtime: { type: 'echo' } });
    await ask(person, '/services', { name: `service-${n}`, type: 'NodePort', selector: { app }, ports: [{ port: 80, targetPort: 8080 }] });
  }
  await fleet.converged();
}, PATIENCE_MS);
afterAll(async () => {
  await fleet.weft('down', '--purge');
});

async function on(node: Node, argv: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await fleet.weft('lab', 'exec', node.name, '--', ...argv);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
}

const explain = (node: Node, text: string) => fleet.call<NodeDataplane>('POST', `/nodes/${node.id}/explain`, { text });

/** Lines that tell of no single thing: what declares a set, and what ends a block. */
const OF_NOTHING = /^(type|flags|comment|size|counter|elements = \{|\}|#|\*|COMMIT|:WEFT-MADE)|^$/;

/** What is wrong with an explanation of something that weft put there; null: nothing. */
function wrong(thing: Explanation, expected: ReadonlyMap<string, AuditEvent>): object | null {
  const { standing, owners, origin } = thing;
  const event = expected.get(nameOf(thing));
  const named = /"default\/(service-\d+)/.exec(thing.text)?.[1];
  const saysOwner = named === undefined || owners.some(({ name }) => name === named);
  // What several share is there since the first of them, whoever asks.
  const saysOrigin = owners.length > 1 || (origin?.requestId === event?.requestId && origin?.actor.name === event?.actor.name);
  return standing === 'ours' && saysOwner && saysOrigin ? null : { thing, event };
}

describe.each(Object.entries(LISTINGS))('on a node whose backend is %s', (backend, listings) => {
  it('names for lines of what the tools list the object, the request and the actor', { timeout: PATIENCE_MS }, async () => {
    const node = nodes[backend as keyof typeof LISTINGS];
    const text = (await Promise.all([...listings, ...NETWORK].map((argv) => on(node, argv)))).join('\n');
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !OF_NOTHING.test(line));
    const ours = lines.filter((line) => backend !== 'iptables' || !line.startsWith(':') || line.startsWith(':WEFT'));
    const known = [...new Set(ours)];
    expect(known.length).toBeGreaterThanOrEqual(LINES);
    const [chosen = []] = fc.sample(fc.shuffledSubarray(known, { minLength: LINES, maxLength: LINES }), 1);
    const { revision } = await explain(node, ours[0] ?? '');
    const expected = await originsByRevision(fleet, node.id, revision);
    const isWrong = async (line: string) => {
      const { items } = await explain(node, line);
      const found = items.map((thing) => wrong(thing, expected)).filter((one) => one !== null);
      return items.length > 0 && found.length === 0 ? [] : [{ line, found }];
    };
    expect(await eachOf(chosen, AT_ONCE, isWrong)).toEqual([]);
  });
});

it('calls foreign what is planted by hand, and names who did it where the kernel does', { timeout: PATIENCE_MS }, async () => {
  const { nftables: node } = nodes;
  const port = 20_000 + (randomBytes(2).readUInt16BE() % 10_000);
  const rule = `tcp dport ${port} drop`;
  await on(node, ['nft', 'add', 'rule', 'ip', 'weft', 'services', rule]);
  await on(node, ['nft', 'add', 'table', 'ip', 'theirs']);
  await on(node, ['nft', 'add', 'chain', 'ip', 'theirs', 'mine']);
  await on(node, ['nft', 'add', 'rule', 'ip', 'theirs', 'mine', rule]);
  await on(node, ['iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', `${port}`, '-j', 'ACCEPT']);
  const found = async () => (await explain(node, `\t\t${rule} # handle 99`)).items;
  await eventually('the drift to be told', async () => ((await found()).some(({ drift }) => drift.length > 0) ? true : null), {
    withinMs: 60_000,
  });
  const items = await found();
  expect(items.map(({ place, standing, owners }) => [place, standing, owners])).toEqual([
    ['table ip weft chain services', 'foreign', []],
    ['table ip theirs chain mine', 'foreign', []],
  ]);
  expect(items[0]?.drift[0]?.process?.name).toBe('nft');
  expect((await explain(node, `-A INPUT -p tcp -m tcp --dport ${port} -j ACCEPT`)).items).toMatchObject([{ standing: 'foreign' }]);
  const { stdout } = await fleet.weft('blame', `node/${node.name}`, '--foreign', '--match', `${port}`);
  expect(stdout.split('\n').filter((line) => line.startsWith('?'))).toHaveLength(3);
});

it('names who changed what is ours, and what of a service is missing by that', { timeout: PATIENCE_MS }, async () => {
  const { nftables: node } = nodes;
  const element = /(\d+\.\d+\.\d+\.\d+ \. tcp \. 80) [^:]*comment "default\/service-1:80"/;
  const listing = await on(node, ['nft', 'list', 'set', 'ip', 'weft', 'service-traffic']);
  const key = element.exec(listing)?.[1] ?? '';
  expect(key).not.toBe('');
  await on(node, ['nft', 'delete', 'element', 'ip', 'weft', 'service-traffic', `{ ${key} }`]);
  const [service] = (await (await fleet.api()).services()).filter(({ name }: Service) => name === 'service-1');
  const missing = async () => {
    const { items } = await fleet.call<NodeDataplane>('GET', `/nodes/${node.id}/dataplane?owner=${service?.id}&limit=1000`);
    return items.filter(({ standing }) => standing === 'missing');
  };
  await eventually('the drift to be told', async () => ((await missing()).some(({ drift }) => drift.length > 0) ? true : null), {
    withinMs: 60_000,
  });
  expect(await missing()).toMatchObject([{ place: 'table ip weft set service-traffic', drift: [{ process: { name: 'nft' } }] }]);
  const { stdout } = await fleet.weft('explain', 'service/default/service-1');
  expect(stdout).toMatch(/ \(nftables\): 1 of \d+ differ/);
});
