import { gunzipSync } from 'node:zlib';
import { compile } from '@weft/compiler';
import { FakeHost, fakeForeignListing } from '@weft/host';
import type { LiveAnswer, LiveObject, LiveQuestion } from '@weft/jobs';
import { EMPTY_CONFIG, identityOf, inventory, type NodeConfig } from '@weft/kernel';
import type { Backend, DesiredState } from '@weft/model';
import { applySteps, diff } from '@weft/reconcile';
import { beforeEach, expect, it } from 'vitest';
import { Live } from '../../src/asks/live/live.ts';
import { CLUSTER, NODE, pod, service } from '../support/objects.ts';

const stateOn = (backend: Backend): DesiredState => ({
  epoch: 'e',
  revision: 7,
  cluster: CLUSTER,
  nodes: [{ ...NODE, backend, revision: 1 }],
  pods: [{ ...pod(1), revision: 2 }],
  services: [1, 2, 3].map((n) => ({ ...service(n, ['100.64.1.11']), revision: 3 })),
});
const EVERYTHING = { kinds: null, text: null, identities: null, foreign: null };

const objectsOf = ({ objects }: LiveAnswer): LiveObject[] => JSON.parse(gunzipSync(Buffer.from(objects, 'base64')).toString());

let host: FakeHost;
let config: NodeConfig;
let live: Live;
/** What has to be over before anything is looked at. */
let before: Promise<unknown>;

/** Brings a host, with something of others on it, to a state. */
async function begin(backend: Backend): Promise<void> {
  host = new FakeHost({
    start: {
      nftTables: {
        'ip theirs': { family: 'ip', name: 'theirs', sets: [], maps: [], chains: [{ name: 'in', hook: null, rules: [] }] },
      },
    },
  });
  config = compile(stateOn(backend), NODE.id);
  await applySteps(host, config, diff(config, EMPTY_CONFIG));
  before = Promise.resolve();
  let ids = 0;
  live = new Live({
    host,
    foreign: fakeForeignListing(host),
    dataplane: () => ({ applied: { epoch: 'e', revision: 7, configHash: 'h' }, left: config }),
    still: async (work) => {
      await before;
      return work();
    },
    newId: () => `look${ids++}`,
    now: () => Date.parse('2026-11-21T00:00:00Z'),
  });
}

beforeEach(() => begin('nftables'));

/** What is ours, but for settings: they keep their values. */
const madeByUs = (answer: LiveAnswer) => objectsOf(answer).filter(({ foreign, kind }) => !foreign && kind !== 'sysctl');

const ask = (question: Partial<LiveQuestion>) => live.answer({ kind: 'live', select: EVERYTHING, after: null, limit: 1_000, ...question });

it.each(['nftables', 'iptables', 'ipvs'] as const)(
  '%s: tells everything that is ours as the inventory does, and what others have',
  async (backend) => {
    await begin(backend);
    const answer = await ask({});
    const objects = objectsOf(answer);
    const strip = ({ foreign: _, ...object }: LiveObject) => object;
    expect(objects.filter(({ foreign }) => !foreign).map(strip)).toEqual(inventory(config));
    expect(objects.filter(({ foreign }) => foreign).map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'nft-table table ip theirs',
      'nft-chain in',
    ]);
    expect(answer).toMatchObject({ applied: { epoch: 'e', revision: 7 }, total: objects.length, truncated: false });
  },
);

it('tells only what is asked for', async () => {
  const told = async (select: Partial<LiveQuestion['select']>) => objectsOf(await ask({ select: { ...EVERYTHING, ...select } }));
  expect(new Set((await told({ kinds: ['nft-rule', 'route'] })).map(({ kind }) => kind))).toEqual(new Set(['nft-rule', 'route']));
  const about = await told({ text: '198.19.0.12' });
  expect(about.length).toBeGreaterThan(0);
  for (const { place, key, text } of about) expect(`${place} ${key} ${text}`).toContain('198.19.0.12');
  const [first, , third] = inventory(config);
  if (first === undefined || third === undefined) throw new Error('too small a state');
  expect((await told({ identities: [third, first].map(identityOf) })).map(({ key }) => key)).toEqual([first.key, third.key]);
});

it('calls foreign what somebody put among what is ours', async () => {
  await host.run({
    tool: 'nft',
    family: 'ip',
    table: 'weft',
    commands: [{ do: 'add-rule', chain: 'services', rule: { text: 'tcp dport 22 drop', comment: null } }],
  });
  const planted = await ask({ select: { ...EVERYTHING, foreign: true, kinds: ['nft-rule'] } });
  expect(objectsOf(planted).map(({ place, text }) => `${place}: ${text}`)).toEqual(['table ip weft chain services: tcp dport 22 drop']);
  const ours = await ask({ select: { ...EVERYTHING, foreign: false } });
  expect(objectsOf(ours)).toHaveLength(inventory(config).length);
});

it('calls nothing foreign that drains', async () => {
  await begin('ipvs');
  const [first] = config.ipvs;
  if (first === undefined) throw new Error('no virtual service');
  const draining = { ip: '100.64.1.12', port: 8080, weight: 0, forwarding: 'masq', connections: 2 } as const;
  const planted = { ip: '100.64.1.13', port: 8080, weight: 1, forwarding: 'masq' } as const;
  const add = (destination: typeof draining | typeof planted) =>
    ({ op: 'destination-add', frontend: first.frontend, destination }) as const;
  await host.run({ tool: 'ipvs', ops: [add(draining), add(planted)] });
  const foreign = objectsOf(await ask({ select: { ...EVERYTHING, foreign: true, kinds: ['ipvs-destination'] } }));
  expect(foreign.map(({ key }) => key)).toEqual(['100.64.1.13:8080']);
});

it('goes on with one look, whatever happens and whoever looks meanwhile, until there are too many', async () => {
  const all = objectsOf(await ask({}));
  const first = await ask({ limit: 5 });
  await applySteps(host, EMPTY_CONFIG, diff(EMPTY_CONFIG, config));
  const rest = await ask({ after: { look: first.look ?? '', known: 5 } });
  expect([...objectsOf(first), ...objectsOf(rest)]).toEqual(all);
  expect(madeByUs(await ask({}))).toEqual([]);
  expect(objectsOf(await ask({ after: { look: first.look ?? '', known: 5 } }))).toEqual(objectsOf(rest));
  for (let others = 0; others < 4; others += 1) await ask({});
  expect(await ask({ after: { look: first.look ?? '', known: 5 } })).toMatchObject({ look: null, total: 0 });
});

it('looks once for all who ask while it looks, and for nobody earlier than they asked', async () => {
  const looking = Promise.withResolvers<void>();
  before = looking.promise;
  const first = ask({});
  await Promise.resolve();
  before = Promise.resolve();
  const meanwhile = [ask({}), ask({})];
  looking.resolve();
  const looks = (await Promise.all([first, ...meanwhile])).map(({ look }) => look);
  expect([looks[1] === looks[2], looks[0] === looks[1]]).toEqual([true, false]);
});

it('looks no further than a question goes', async () => {
  const unreadable = () => Promise.reject(new Error('somebody holds on to it'));
  const parts = {
    foreign: { list: unreadable },
    dataplane: () => ({ applied: { epoch: 'e', revision: 7, configHash: 'h' }, left: config }),
    still: <T>(work: () => Promise<T>) => work(),
    newId: () => 'look',
    now: () => 0,
  };
  const narrow = new Live({ ...parts, host: { observe: (keys, scope) => (scope.pods ? unreadable() : host.observe(keys, scope)) } });
  const asked = (select: Partial<LiveQuestion['select']>) =>
    narrow.answer({ kind: 'live', select: { ...EVERYTHING, ...select }, after: null, limit: 1_000 });
  const elements = inventory(config).filter(({ kind }) => kind === 'nft-element');
  expect(objectsOf(await asked({ identities: elements.map(identityOf) }))).toEqual(
    elements.map((object) => ({ ...object, foreign: false })),
  );
  const inPod = inventory(config).filter(({ place }) => place.startsWith('netns '));
  await expect(asked({ identities: inPod.map(identityOf) })).rejects.toThrow('somebody holds on to it');
  await expect(asked({})).rejects.toThrow('somebody holds on to it');
});

it('looks anew for what the look before does not show, and wide enough for all who wait', async () => {
  const [element] = inventory(config).filter(({ kind }) => kind === 'nft-element');
  const [route] = inventory(config).filter(({ kind }) => kind === 'route');
  if (element === undefined || route === undefined) throw new Error('too small a state');
  const named = (object: typeof route) => ({ ...EVERYTHING, identities: [identityOf(object)] });
  const first = await ask({ select: named(element) });
  const after = { look: first.look ?? '', known: 0 };
  expect((await ask({ select: named(element), after })).look).toBe(first.look);
  const second = await ask({ select: named(route), after });
  expect([second.look === first.look, objectsOf(second).length]).toEqual([false, 1]);
  const together = await Promise.all([ask({ select: named(element) }), ask({ select: named(route) }), ask({})]);
  expect(new Set(together.map(({ look }) => look)).size).toBe(1);
  expect(together.map((answer) => objectsOf(answer).length)).toEqual([1, 1, expect.any(Number)]);
  expect(objectsOf(together[2]).length).toBeGreaterThan(inventory(config).length);
});

it('looks when nothing is being applied', async () => {
  const applying = Promise.withResolvers<void>();
  before = applying.promise;
  const asked = ask({});
  await applySteps(host, EMPTY_CONFIG, diff(EMPTY_CONFIG, config));
  applying.resolve();
  expect(madeByUs(await asked)).toEqual([]);
});
