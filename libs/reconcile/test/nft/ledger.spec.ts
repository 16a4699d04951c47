import { nftContribution, nftFrame, nftSurroundings } from '@weft/compiler';
import { FakeHost } from '@weft/host';
import { type NftCommand, NftConflict, type NftContribution, nftTable } from '@weft/kernel';
import type { DesiredService } from '@weft/model';
import { desired, node, plan, pod, service, tcp, udp } from '@weft/testing/desired';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffNft, NftLedger } from '../../src/index.ts';

const fleet = desired({ pods: [pod(1), pod(2)] });
const own = node(1);
const surroundings = nftSurroundings(fleet, own);
const frame = nftFrame(fleet, own);
const contribution = (of: DesiredService) => nftContribution(of, surroundings);

const backends = fc.subarray([plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1), '203.0.113.7']);

/** Service number `number` as it may be at some time. */
const version = (number: number): fc.Arbitrary<DesiredService> =>
  fc
    .record({ first: backends, second: backends, nodePort: fc.boolean(), local: fc.boolean(), sticky: fc.boolean(), shared: fc.boolean() })
    .map(({ first, second, nodePort, local, sticky, shared }) =>
      service(number, [tcp(80, first, { name: 'a', nodePort: nodePort ? 30_000 + number : null }), udp(53, second, { name: 'b' })], {
        externalTrafficPolicy: local ? 'Local' : 'Cluster',
        sessionAffinity: sticky ? 'ClientIP' : 'None',
        externalIPs: shared ? [`203.0.113.${100 + number}`] : [],
      }),
    );

/** One change: some services as they are from now on, null: gone. */
const change = fc
  .uniqueArray(fc.constantFrom(1, 2, 3, 4, 5), { minLength: 1, maxLength: 3 })
  .chain((numbers) => fc.tuple(...numbers.map((number) => fc.tuple(fc.constant(`svc_${number}`), fc.option(version(number))))));

async function run(host: FakeHost, commands: readonly NftCommand[]): Promise<void> {
  if (commands.length === 0) return;
  expect((await host.run({ tool: 'nft', family: 'ip', table: 'weft', commands })).stderr).toBe('');
}

describe('the account of a table', () => {
  it('gives, change by change, the commands that make the kernel what compiling everything does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (walk) => {
        const host = new FakeHost();
        const ledger = new NftLedger(frame);
        const services = new Map<string, DesiredService>();
        await run(host, diffNft(frame, null));
        for (const changes of walk) {
          for (const [id, is] of changes) is === null ? services.delete(id) : services.set(id, is);
          await run(host, ledger.change(new Map(changes.map(([id, is]) => [id, is === null ? null : contribution(is)]))));
          const whole = nftTable(frame, [...services.values()].map(contribution));
          expect(host.state.nftTables['ip weft']).toEqual(whole);
          expect(ledger.table()).toEqual(whole);
          expect(diffNft(whole, ledger.table())).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has nothing to do when a service is what it was', () => {
    const ledger = new NftLedger(frame);
    const web = service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)])]);
    expect(ledger.change(new Map([['svc_1', contribution(web)]]))).not.toEqual([]);
    expect(ledger.change(new Map([['svc_1', contribution(structuredClone(web))]]))).toEqual([]);
    expect(ledger.change(new Map([['svc_9', null]]))).toEqual([]);
  });

  it('names nothing of other services', () => {
    const ledger = new NftLedger(frame);
    const all = Array.from({ length: 50 }, (_, i) => service(i + 1, [tcp(80, [plan.pod(1, 1), plan.pod(2, i + 1)])]));
    ledger.change(new Map(all.map((one) => [one.id, contribution(one)])));
    const commands = ledger.change(new Map([['svc_7', contribution(service(7, [tcp(80, [plan.pod(1, 1), plan.pod(3, 1)])]))]]));
    const keys = commands.flatMap((command) =>
      command.do === 'add-map-elements' ? command.elements.map(([key]) => key) : command.do === 'delete-map-elements' ? command.keys : [],
    );
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.filter((key) => !key.startsWith(`${plan.service(7)} `))).toEqual([]);
  });

  it('refuses what contradicts another service, and is as it was', () => {
    const into = 'service-ips';
    const adds = (comment: string, text: string): NftContribution => ({
      chains: [{ name: 'c', hook: null, rules: [{ text, comment: null }] }],
      elements: [
        { into, key: comment, data: null },
        { into, key: '1.1.1.1', data: null },
      ],
    });
    const ledger = new NftLedger(frame);
    ledger.change(new Map([['svc_1', adds('2.2.2.2', 'accept')]]));
    const before = ledger.table();
    expect(() => ledger.change(new Map([['svc_2', adds('3.3.3.3', 'drop')]]))).toThrow(NftConflict);
    const other: NftContribution = { chains: [], elements: [{ into, key: '1.1.1.1', data: '9.9.9.9' }] };
    expect(() => ledger.change(new Map([['svc_2', other]]))).toThrow(NftConflict);
    expect(ledger.table()).toEqual(before);
    // What both add alike is there until neither does.
    ledger.change(new Map([['svc_2', adds('2.2.2.2', 'accept')]]));
    expect(ledger.change(new Map([['svc_1', null]]))).toEqual([]);
    expect(ledger.change(new Map([['svc_2', null]])).map((command) => command.do)).toEqual([
      'delete-elements',
      'flush-chain',
      'delete-chain',
    ]);
    expect(ledger.table()).toEqual(frame);
  });

  it('is as it was when one of several services that change contradicts another', async () => {
    const into = 'service-ips';
    const adds = (...keys: readonly string[]): NftContribution => ({
      chains: [{ name: 'shared', hook: null, rules: [{ text: 'accept', comment: null }] }],
      elements: keys.map((key) => ({ into, key, data: null })),
    });
    const ledger = new NftLedger(frame);
    const host = new FakeHost();
    await run(host, diffNft(frame, null));
    const all = new Map([
      ['svc_1', adds('1.1.1.1', '1.1.1.2')],
      ['svc_2', adds('2.2.2.2')],
      ['svc_3', adds('3.3.3.3')],
    ]);
    await run(host, ledger.change(all));
    const contradicts: NftContribution = { chains: [], elements: [{ into, key: '3.3.3.3', data: '9.9.9.9' }] };
    const refused = new Map([
      ['svc_1', { chains: [], elements: adds('1.1.1.9', '1.1.1.2').elements }],
      ['svc_2', contradicts],
    ]);
    expect(() => ledger.change(refused)).toThrow(NftConflict);
    expect(ledger.change(all)).toEqual([]);
    await run(host, ledger.change(new Map([...all.keys()].map((id) => [id, null]))));
    expect(host.state.nftTables['ip weft']).toEqual(frame);
  });

  it('keeps what a service goes on to add as it had it', () => {
    const ledger = new NftLedger(frame);
    const before = contribution(service(1, [tcp(80, [plan.pod(1, 1), plan.pod(2, 1)])]));
    const after = contribution(service(1, [tcp(80, [plan.pod(1, 1), plan.pod(3, 1)])]));
    ledger.change(new Map([['svc_1', before]]));
    ledger.change(new Map([['svc_1', after]]));
    const now = ledger.contributions.get('svc_1');
    expect(now).toEqual(after);
    const alike = after.elements.flatMap((element, at) => (JSON.stringify(element) === JSON.stringify(before.elements[at]) ? [at] : []));
    expect(alike.length).toBeGreaterThan(0);
    for (const at of alike) expect(now?.elements[at]).toBe(before.elements[at]);
  });

  it('rewrites a chain that one service alone wants, when it wants other rules', () => {
    const wants = (text: string): NftContribution => ({
      chains: [{ name: 'c', hook: null, rules: [{ text, comment: null }] }],
      elements: [],
    });
    const ledger = new NftLedger(frame);
    ledger.change(new Map([['svc_1', wants('accept')]]));
    expect(ledger.change(new Map([['svc_1', wants('drop')]]))).toEqual([
      { do: 'flush-chain', name: 'c' },
      { do: 'add-rule', chain: 'c', rule: { text: 'drop', comment: null } },
    ]);
  });
});
