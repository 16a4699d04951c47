import { readlink } from 'node:fs/promises';
import { elementBatch, NFT_TABLE, type NftCommand, type NftTable, renderNft, renderNftTable, typesOf } from '@weft/kernel';
import { eventually } from '@weft/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NFNETLINK_RELAY } from '../src/real/nfnetlink-relay.ts';
import { NftTransactions } from '../src/real/nft-transactions.ts';
import { processesWith } from '../src/real/processes.ts';
import { makeRunner } from '../src/real/runner.ts';
import { createTestHost, type TestHost } from './test-host.ts';

/** Sets and maps of every type that services put elements in. */
const TABLE: NftTable = {
  family: 'ip',
  name: NFT_TABLE,
  sets: [
    { name: 'ips', type: 'ipv4_addr', flags: [], comment: null, elements: [] },
    { name: 'traffic', type: 'ipv4_addr . inet_proto . inet_service', flags: [], counter: true, comment: null, elements: [] },
  ],
  maps: [
    {
      name: 'endpoints',
      type: 'ipv4_addr . inet_proto . inet_service . ipv4_addr : ipv4_addr . inet_service',
      flags: [],
      comment: null,
      elements: {},
    },
    { name: 'groups', type: 'inet_proto . inet_service : ipv4_addr', flags: [], comment: null, elements: {} },
    { name: 'ports', type: 'ipv4_addr . inet_proto . inet_service : verdict', flags: [], comment: null, elements: {} },
  ],
  chains: [{ name: 'lots-1', hook: null, rules: [] }],
};
const types = typesOf(TABLE);

const FEW = fc.integer({ min: 0, max: 255 });
const address = fc.tuple(FEW, FEW).map(([a, b]) => `198.19.${a}.${b}`);
const port = fc.integer({ min: 1, max: 65_535 }).map(String);
const protocol = fc.constantFrom('tcp', 'udp', 'sctp');
const comment = fc.option(fc.stringMatching(/^[A-Za-z0-9 .,:/()>_-]{1,127}$/)).map((text) => (text === null ? '' : ` comment "${text}"`));
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(' . '));
const verdict = fc.constantFrom('drop', 'accept', 'goto lots-1', 'jump lots-1');

/** Elements of each, no two of one key. */
const elements = <T extends readonly [key: string, ...rest: string[]]>(one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { selector: ([key]) => key, minLength: 1, maxLength: 40 });
const inSet = (key: fc.Arbitrary<string>) => elements(fc.tuple(key, comment));
const inMap = (key: fc.Arbitrary<string>, data: fc.Arbitrary<string>) => elements(fc.tuple(key, data));
const everything = fc.record({
  ips: inSet(address),
  traffic: inSet(joined(address, protocol, port)),
  endpoints: inMap(joined(address, protocol, port, address), joined(address, port)),
  groups: inMap(joined(protocol, port), address),
  ports: inMap(joined(address, protocol, port), verdict),
});

type Everything = typeof everything extends fc.Arbitrary<infer T> ? T : never;

const sets = ['ips', 'traffic'] as const;
const maps = ['endpoints', 'groups', 'ports'] as const;
const coming = (all: Everything): NftCommand[] => [
  ...sets.map((set) => ({ do: 'add-elements', set, elements: all[set].map((parts) => parts.join('')) }) as const),
  ...maps.map((map) => ({ do: 'add-map-elements', map, elements: all[map] }) as const),
];
const going = (all: Everything): NftCommand[] => [
  ...sets.map((set) => ({ do: 'delete-elements', set, elements: all[set].map((parts) => parts.join('')) }) as const),
  ...maps.map((map) => ({ do: 'delete-map-elements', map, keys: all[map].map(([key]) => key) }) as const),
];

let at: TestHost;
let nft: NftTransactions;

beforeEach(async () => {
  at = await createTestHost();
  nft = new NftTransactions(makeRunner(['nsenter', '-t', String(at.pid), '-n', '-m']));
  await at.must(['nft', '-f', '-'], renderNftTable(TABLE));
});

afterEach(async () => {
  nft.close();
  await at.destroy();
});

const step = (commands: readonly NftCommand[]) => ({ tool: 'nft', family: 'ip', table: NFT_TABLE, commands, types }) as const;

/** Carries commands out as whoever has them does. */
const run = (commands: readonly NftCommand[]) => nft.run(renderNft(commands, 'ip', NFT_TABLE), () => elementBatch(step(commands)));

const listing = () => at.must(['nft', '-s', '-y', 'list', 'ruleset']);

/** The processes in the host's network that speak with the kernel. */
async function relays(): Promise<number[]> {
  const namespace = await readlink(`/proc/${at.pid}/ns/net`);
  const running = await processesWith(NFNETLINK_RELAY.name);
  return running
    .filter(({ netns, cmdline }) => `net:[${netns}]` === namespace && cmdline.startsWith(NFNETLINK_RELAY.name))
    .map(({ pid }) => pid);
}

const add = (last: number): NftCommand => ({ do: 'add-elements', set: 'ips', elements: [`198.19.0.${last}`] });
const take = (last: number): NftCommand => ({ do: 'delete-elements', set: 'ips', elements: [`198.19.0.${last}`] });

/** Until messages can be sent. */
const ready = () =>
  eventually('messages', async () => {
    const { argv } = await run([add(250)]);
    return argv[0] === 'nfnetlink';
  });

describe('messages to the kernel', () => {
  it('do what the same words do that nft is given', async () => {
    await ready();
    expect((await run([take(250)])).exitCode).toBe(0);
    const empty = await listing();
    await fc.assert(
      fc.asyncProperty(everything, async (all) => {
        expect(await run(coming(all))).toMatchObject({ argv: ['nfnetlink'], exitCode: 0, stderr: '' });
        const sent = await listing();
        expect(await run(going(all))).toMatchObject({ argv: ['nfnetlink'], exitCode: 0, stderr: '' });
        expect(await listing()).toBe(empty);
        await at.must(['nft', '-f', '-'], renderNft(coming(all), 'ip', NFT_TABLE));
        expect(await listing()).toBe(sent);
        await at.must(['nft', '-f', '-'], renderNft(going(all), 'ip', NFT_TABLE));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('count, as elements do that nft puts in', async () => {
    await ready();
    expect(await run([{ do: 'add-elements', set: 'traffic', elements: ['198.19.0.1 . tcp . 80 comment "default/web"'] }])).toMatchObject({
      argv: ['nfnetlink'],
    });
    expect(await at.must(['nft', 'list', 'set', 'ip', NFT_TABLE, 'traffic'])).toContain('counter packets 0 bytes 0 comment "default/web"');
  });

  it('that are refused change nothing, and nft says why', async () => {
    await ready();
    const before = await listing();
    const outcome = await run([add(1), take(2)]);
    expect(outcome).toMatchObject({ argv: ['nft', '-i'], exitCode: 1, stderr: expect.stringContaining('No such file or directory') });
    expect(await listing()).toBe(before);
    const wrong = new Map([...types, ['ips', 'ipv4_addr . inet_service']]);
    const commands: NftCommand[] = [{ do: 'add-elements', set: 'ips', elements: ['198.19.0.1 . 80'] }];
    const input = renderNft([add(1)], 'ip', NFT_TABLE);
    expect(await nft.run(input, () => elementBatch({ ...step(commands), types: wrong }))).toMatchObject({
      argv: ['nft', '-i'],
      exitCode: 0,
    });
    // Nft took what they could not: for a while they are not tried again.
    expect(await run([take(1)])).toMatchObject({ argv: ['nft', '-i'], exitCode: 0 });
  });

  it('and words are carried out in the order they were given', async () => {
    await ready();
    const each: NftCommand[][] = Array.from({ length: 60 }, (_, i) =>
      i % 3 === 2 ? [take(250), add(250), { do: 'add-chain', chain: { name: `c${i}`, hook: null } }] : [take(250), add(250)],
    );
    const outcomes = await Promise.all(each.map(run));
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual(each.map(() => 0));
    expect(new Set(outcomes.map(({ argv }) => argv.join(' ')))).toEqual(new Set(['nfnetlink', 'nft -i']));
  });

  it('thousands of elements at once', async () => {
    await ready();
    const many = Array.from({ length: 5_000 }, (_, i) => `198.19.${i >> 8}.${i & 255} comment "default/web-${i}"`);
    expect(
      await run([
        { do: 'delete-elements', set: 'ips', elements: ['198.19.0.250'] },
        { do: 'add-elements', set: 'ips', elements: many },
      ]),
    ).toMatchObject({
      argv: ['nfnetlink'],
      exitCode: 0,
    });
    const listed = await at.must(['nft', 'list', 'set', 'ip', NFT_TABLE, 'ips']);
    expect(listed.match(/comment "default\/web-/g)).toHaveLength(many.length);
  });

  it('are lost with the process that is killed in the middle; words do until there is another one', async () => {
    await ready();
    const [pid = 0] = await relays();
    process.kill(pid, 'SIGSTOP');
    const under = run([add(1)]);
    process.kill(pid, 'SIGKILL');
    expect(await under).toMatchObject({
      exitCode: null,
      stderr: expect.stringMatching(/killed by SIGKILL; whether it was carried out is not known/),
    });
    expect(await run([add(2)])).toMatchObject({ argv: ['nft', '-i'], exitCode: 0 });
  });

  it('end when they are closed', async () => {
    await ready();
    expect(await relays()).toHaveLength(1);
    nft.close();
    await eventually('no process', async () => (await relays()).length === 0);
  });
});

it('does without messages where there is no Perl', async () => {
  const without = new NftTransactions(makeRunner(['nsenter', '-t', String(at.pid), '-n', '-m', 'env', 'PATH=/usr/sbin:/sbin']));
  for (let i = 1; i < 20; i += 1)
    expect(await without.run(renderNft([add(i)], 'ip', NFT_TABLE), () => elementBatch(step([add(i)])))).toMatchObject({
      argv: ['nft', '-i'],
      exitCode: 0,
    });
  without.close();
});
