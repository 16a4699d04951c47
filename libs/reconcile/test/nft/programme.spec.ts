import { nftContribution, nftFrame, nftSurroundings } from '@weft/compiler';
import { FakeHost } from '@weft/host';
import { elementBatch, nftTable, type Step } from '@weft/kernel';
import type { DesiredService } from '@weft/model';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import { beforeEach, describe, expect, it } from 'vitest';
import { changeServices, type Host, loadNft, NftLedger } from '../../src/index.ts';

const fleet = desired({});
const frame = nftFrame(fleet, node(1));
const surroundings = nftSurroundings(fleet, node(1));
const web = (number: number, ...endpoints: string[]) =>
  service(number, [tcp(80, endpoints)], { clusterIP: `198.19.${number >> 8}.${number & 255}` });
const entry = (of: DesiredService) => [of.id, nftContribution(of, surroundings)] as const;
const whole = (services: readonly DesiredService[]) =>
  nftTable(
    frame,
    services.map((one) => nftContribution(one, surroundings)),
  );
const two = [plan.pod(1, 1), plan.pod(2, 1)];

let fake: FakeHost;
let refuses: (text: string) => string | null;
let steps: Extract<Step, { tool: 'nft' }>[];
let ledger: NftLedger;

const host: Host = {
  observe: (...args) => fake.observe(...args),
  async run(step) {
    if (step.tool === 'nft') steps.push(step);
    return fake.run(step);
  },
};

beforeEach(() => {
  refuses = () => null;
  fake = new FakeHost({ fail: (step) => refuses(JSON.stringify(step)) });
  steps = [];
  ledger = new NftLedger(frame);
});

const table = () => fake.state.nftTables['ip weft'];
const services = Array.from({ length: 3_000 }, (_, i) => web(i + 1, ...two));
const poison =
  (...numbers: number[]) =>
  (text: string) =>
    numbers.some((n) => text.includes(`service-${n}:`)) ? 'Error: no' : null;

describe('loading a table from nothing', () => {
  it('makes what compiling everything does, some thousand elements at a time, and lets packets in last', async () => {
    expect(await loadNft(host, ledger, services.map(entry))).toMatchObject({ failure: null, refused: new Map() });
    expect(table()).toEqual(whole(services));
    expect(ledger.table()).toEqual(whole(services));
    const sizes = steps.map(({ commands }) => commands.reduce((sum, one) => sum + ('elements' in one ? one.elements.length : 0), 0));
    expect(Math.max(...sizes)).toBeLessThan(17_000);
    const ruled = steps.map(({ commands }) =>
      commands.some((one) => one.do === 'add-rule' && frame.chains.some(({ name, hook }) => name === one.chain && hook !== null)),
    );
    expect(ruled.indexOf(true)).toBe(steps.length - 1);
    const inMessages = steps.filter((step) => elementBatch(step) !== null);
    expect(inMessages.length).toBeGreaterThan(1);
    expect(steps.filter((step) => elementBatch(step) === null)).toHaveLength(3);
  });

  it('leaves out services that the kernel refuses, says which, and programs the others', async () => {
    refuses = poison(7, 2_500);
    const { refused, failure } = await loadNft(host, ledger, services.map(entry));
    expect(failure).toBeNull();
    expect(refused).toEqual(
      new Map([
        ['svc_7', 'Error: no'],
        ['svc_2500', 'Error: no'],
      ]),
    );
    const others = services.filter(({ id }) => !refused.has(id));
    expect(table()).toEqual(whole(others));
    expect(ledger.table()).toEqual(whole(others));
  });

  it('leaves out a service whose text could be misread', async () => {
    const evil = web(9, ...two);
    const { refused } = await loadNft(host, ledger, [entry(web(8, ...two)), entry({ ...evil, clusterIP: '1.1.1.1 }; flush ruleset' })]);
    expect(Array.from(refused)).toEqual([['svc_9', expect.stringContaining('not a')]]);
    expect(table()).toEqual(whole([web(8, ...two)]));
  });

  it('leaves out what contradicts a service that is there', async () => {
    const { refused } = await loadNft(host, ledger, [
      entry(web(8, ...two)),
      entry(web(9, ...two)),
      entry({ ...web(8, ...two.slice(1)), id: 'svc_10' }),
    ]);
    expect([...refused.keys()]).toEqual(['svc_10']);
    expect(table()).toEqual(whole([web(8, ...two), web(9, ...two)]));
  });

  it('stops when everything is refused: no service is to blame for that', async () => {
    refuses = () => 'Error: Could not process rule: No buffer space available';
    expect((await loadNft(host, ledger, services.map(entry))).failure?.outcome.stderr).toContain('No buffer space');
    expect(steps).toHaveLength(1);
    refuses = (text) => (text.includes('add-map-elements') ? 'Error: no' : null);
    expect((await loadNft(host, ledger, services.map(entry))).failure).not.toBeNull();
    expect(steps.length).toBeLessThan(200);
  });

  it('stops when it is not known what the kernel has', async () => {
    const lost = { argv: ['nft'], input: '', exitCode: null, durationMs: 1, stderr: 'nft: killed' };
    const { failure } = await loadNft({ ...host, run: async () => lost }, ledger, services.map(entry));
    expect(failure?.outcome).toEqual(lost);
  });
});

describe('changing services', () => {
  it('is one transaction where no chain is new; of those that are refused the old rules stay, and no chain that was made ahead', async () => {
    const before = [web(1, ...two), web(2, ...two), web(3, ...two)];
    await loadNft(host, ledger, before.map(entry));
    steps.length = 0;
    const after = [1, 2, 3].map((number) => web(number, plan.pod(3, number)));
    refuses = poison(2);
    const { refused } = await changeServices(host, ledger, new Map(after.map(entry)));
    expect([...refused.keys()]).toEqual(['svc_2']);
    const mixed = [after[0], before[1], after[2]] as DesiredService[];
    expect(table()).toEqual(whole(mixed));
    expect(ledger.table()).toEqual(whole(mixed));
    refuses = () => null;
    steps.length = 0;
    await changeServices(host, ledger, new Map(after.map(entry)));
    expect(table()).toEqual(whole(after));
    expect(steps).toHaveLength(1);
    await changeServices(host, ledger, new Map(after.map(entry)));
    expect(steps).toHaveLength(1);
  });

  it('makes chains before anybody is led to them, and takes them back when that is refused', async () => {
    await loadNft(host, ledger, [entry(web(1, ...two))]);
    const before = structuredClone(table());
    const after = entry(web(1, ...two, plan.pod(3, 1)));
    steps.length = 0;
    refuses = poison(1);
    expect([...(await changeServices(host, ledger, new Map([after]))).refused.keys()]).toEqual(['svc_1']);
    expect(table()).toEqual(before);
    refuses = () => null;
    steps.length = 0;
    await changeServices(host, ledger, new Map([after]));
    expect(table()).toEqual(whole([web(1, ...two, plan.pod(3, 1))]));
    expect(steps.map(({ commands }) => commands.some((one) => one.do === 'add-map-elements'))).toEqual([false, true]);
  });

  it('stops when what it made ahead cannot be taken back', async () => {
    await loadNft(host, ledger, [entry(web(1, ...two))]);
    refuses = (text) => (text.includes('service-1:') || text.includes('delete-chain') ? 'Error: no' : null);
    const { failure } = await changeServices(host, ledger, new Map([entry(web(1, ...two, plan.pod(3, 1)))]));
    expect(failure?.outcome.stderr).toContain('Error: no');
  });
});
