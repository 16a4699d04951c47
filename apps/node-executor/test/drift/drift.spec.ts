import { NFT_TABLE, type Step } from '@weft/kernel';
import { DEFAULT_CONTROL } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench } from '../support/bench.ts';
import { pod, service } from '../support/objects.ts';

const HAND = { pid: 4711, name: 'nft' };
const table = { tool: 'nft', family: 'ip', table: NFT_TABLE } as const;
const DELETE_TABLE: Step = { ...table, commands: [{ do: 'delete-table' }] };

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
  bench.controlPlane.put('pods', pod(1));
  bench.controlPlane.put('services', service(1, ['100.64.1.11']));
  await bench.executor.pass();
  bench.host.writes();
  bench.controlPlane.receipts.clear();
});
afterEach(() => bench.close());

/** Somebody does something; waits until the executor has looked because of it. */
async function meddle(step: Step): Promise<void> {
  const before = bench.looks.length;
  await bench.kernel.runBy(HAND, step);
  await bench.until(() => bench.looks.length > before);
  await Promise.all(bench.looks);
}

const events = () => [...bench.controlPlane.drifts.values()];
const receipts = () => [...bench.controlPlane.receipts.values()];

/** An element of one of our maps that a service needs. */
function anElement(): { readonly map: string; readonly key: string; readonly data: string } {
  for (const { name, elements } of bench.wanted().nft?.maps ?? [])
    for (const [key, data] of Object.entries(elements)) if (key.includes('198.19.0.11')) return { map: name, key, data };
  throw new Error('the service needs no element');
}

describe('a change by somebody else', () => {
  it('is undone without anybody asking, and told with who did it and what it was', async () => {
    const { map, key, data } = anElement();
    await meddle({ ...table, commands: [{ do: 'delete-map-elements', map, keys: [key] }] });
    expect(await bench.kernelDiffers()).toEqual([]);
    await bench.executor.pass();
    expect(events()).toMatchObject([
      {
        noticedBy: 'nft-monitor',
        process: HAND,
        policy: 'repair',
        outcome: 'repaired',
        count: 1,
        moreChanges: 0,
        changes: [{ kind: 'nft', object: `element of map ${map}`, wanted: `${key} : ${data}`, found: null }],
      },
    ]);
    expect(receipts()).toMatchObject([{ cause: 'drift', outcome: 'applied' }]);
    expect(bench.controlPlane.standing).toBe(0);
  });

  it('is undone at once while the disk still writes down what was wanted last', async () => {
    const disk = Promise.withResolvers<void>();
    bench.disk = disk.promise;
    bench.controlPlane.put('services', service(1, ['100.64.1.11', '100.64.2.2']));
    bench.now += 1;
    const pass = bench.executor.pass();
    await bench.until(() => bench.executor.status().lastConvergedAt === bench.now);
    await meddle(DELETE_TABLE);
    expect(await bench.kernelDiffers()).toEqual([]);
    disk.resolve();
    await pass;
  });

  it('is undone while the control plane is away, and told when it is back, by another executor too', async () => {
    bench.controlPlane.down = true;
    await meddle(DELETE_TABLE);
    expect(await bench.kernelDiffers()).toEqual([]);
    await bench.executor.pass();
    expect(events()).toEqual([]);
    const restarted = bench.replaceExecutor();
    await restarted.start();
    bench.controlPlane.down = false;
    await bench.passAfter(60_000);
    expect(events()).toMatchObject([{ outcome: 'repaired', changes: [{ object: 'table ip weft', found: null }] }]);
  });

  it('is undone while a pass waits for the control plane', async () => {
    const answer = Promise.withResolvers<void>();
    const { pull } = bench.controlPlane;
    bench.controlPlane.pull = async (since) => {
      await answer.promise;
      return pull.call(bench.controlPlane, since);
    };
    const pass = bench.executor.pass();
    await meddle(DELETE_TABLE);
    expect(await bench.kernelDiffers()).toEqual([]);
    answer.resolve();
    await pass;
  });

  it.each<[string, (wanted: ReturnType<Bench['wanted']>) => Step]>([
    [
      'the bridge',
      ({ links }) => ({
        tool: 'ip',
        netns: null,
        ops: [{ op: 'link-delete', link: links.find(({ kind }) => kind === 'bridge') as never }],
      }),
    ],
    ["a pod's namespace", ({ netns }) => ({ tool: 'netns-delete', names: netns.map(({ name }) => name) })],
    [
      "a pod's link",
      ({ links }) => ({ tool: 'ip', netns: null, ops: [{ op: 'link-delete', link: links.find(({ kind }) => kind === 'veth') as never }] }),
    ],
    [
      "a pod's route",
      ({ routes }) => {
        const route = routes.find(({ netns }) => netns !== null) as never;
        return { tool: 'ip', netns: 'wf-pod-p1', ops: [{ op: 'route-delete', route }] };
      },
    ],
  ])('is undone when it takes %s away', async (_what, step) => {
    await meddle(step(bench.wanted()));
    await Promise.all(bench.looks);
    expect(await bench.kernelDiffers()).toEqual([]);
    await bench.executor.pass();
    expect(events()).toMatchObject([{ outcome: 'repaired', noticedBy: expect.stringMatching(/^(ip-monitor|netns-watch)$/) }]);
  });

  it('is told although the host could not be read at first: a namespace went while it was looked into', async () => {
    bench.host.blindFor = 1;
    await meddle(DELETE_TABLE);
    await bench.passAfter(60_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(events()).toMatchObject([
      { outcome: 'repaired', noticedBy: 'nft-monitor', changes: [{ object: 'table ip weft', found: null }] },
    ]);
  });

  it('is told with what else somebody did while it could not be undone: a look in the middle had seen the half of it', async () => {
    bench.host.fail = () => {
      bench.host.fail = () => null;
      void bench.kernel.runBy(HAND, DELETE_TABLE);
      return 'Cannot find device "weft0"';
    };
    const route = bench.wanted().routes.find(({ netns }) => netns === null) as never;
    await meddle({ tool: 'ip', netns: null, ops: [{ op: 'route-delete', route }] });
    expect(events().map(({ outcome }) => outcome)).toEqual([]);
    await bench.passAfter(60_000);
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    const both = [{ object: expect.stringMatching(/^route /) }, { object: 'table ip weft', found: null }];
    expect(events()).toMatchObject([{ outcome: 'repaired', count: 2, changes: both }]);
  });

  it('is found by the look every minute when nobody told of it', async () => {
    await bench.removeServiceRules();
    await bench.passAfter(70_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(events()).toMatchObject([{ noticedBy: 'verification', process: null, outcome: 'repaired' }]);
  });

  it('that nobody can undo is told as that, and tried again', async () => {
    bench.host.fail = (step) => (step.tool === 'nft' ? 'Error: no' : null);
    await meddle(DELETE_TABLE);
    await bench.executor.pass();
    expect(events()).toMatchObject([{ outcome: 'failed', settledAt: null, message: expect.stringContaining('Error: no') }]);
    expect(bench.controlPlane.standing).toBe(1);
    bench.host.fail = () => null;
    await bench.passAfter(5_000);
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(events()).toMatchObject([{ outcome: 'repaired', settledAt: expect.any(String), message: '' }]);
    expect(bench.controlPlane.standing).toBe(0);
  });

  it('to what is not ours is none of our concern', async () => {
    const before = bench.looks.length;
    await bench.kernel.runBy(HAND, { tool: 'nft', family: 'ip', table: 'theirs', commands: [{ do: 'add-table' }] });
    const ended = bench.until(() => bench.looks.length > before);
    await meddle(DELETE_TABLE);
    await ended;
    await bench.executor.pass();
    expect(events()).toHaveLength(1);
    expect(bench.looks.length).toBe(before + 1);
  });

  it('that comes back as often as it is undone is one event, and undone ever more slowly', async () => {
    for (let round = 1; round <= 4; round += 1) {
      bench.now += 5;
      await meddle(DELETE_TABLE);
      expect(await bench.kernelDiffers()).toEqual([]);
    }
    await bench.executor.pass();
    expect(events()).toMatchObject([{ count: 4, outcome: 'repaired' }]);
    expect(bench.executor.status().drift).toMatchObject({ events: 1, repairs: 4, standing: 0 });
  });

  it('is undone at once while somebody fights about something else', async () => {
    const route = bench.wanted().routes.find(({ netns }) => netns !== null) as never;
    const deleteRoute: Step = { tool: 'ip', netns: 'wf-pod-p1', ops: [{ op: 'route-delete', route }] };
    for (let round = 1; round <= 10; round += 1) {
      bench.now += 100 * 2 ** Math.max(round - 4, 0);
      await meddle(deleteRoute);
    }
    // The next look because of the route is 12.8 s away.
    await bench.kernel.runBy(HAND, deleteRoute);
    await meddle(DELETE_TABLE);
    expect(await bench.kernelDiffers()).toEqual([]);
  });
});

describe('a node that only observes', () => {
  beforeEach(async () => {
    bench.controlPlane.control = { ...DEFAULT_CONTROL, driftPolicy: 'observe' };
    bench.controlPlane.unrelatedChange();
    await bench.executor.pass();
  });

  it('leaves what others changed, and makes other changes beside it', async () => {
    const { map, key } = anElement();
    await meddle({ ...table, commands: [{ do: 'delete-map-elements', map, keys: [key] }] });
    bench.controlPlane.put('pods', pod(2));
    bench.controlPlane.put('services', service(2, ['100.64.1.12']));
    await bench.executor.pass();
    await bench.passAfter(70_000);
    expect((await bench.kernelDiffers()).map(({ tool }) => tool)).toEqual(['nft']);
    const has = bench.kernel.state.nftTables['ip weft']?.maps.find(({ name }) => name === map)?.elements ?? {};
    expect(Object.keys(has)).not.toContain(key);
    expect(Object.keys(has).some((one) => one.includes('198.19.0.12'))).toBe(true);
    expect(events()).toMatchObject([{ policy: 'observe', outcome: 'standing', count: 1, settledAt: null }]);
    expect(bench.controlPlane.standing).toBe(1);
  });

  it('tells of it as standing, look after look, and not as gone because nobody read it', async () => {
    const { map, key } = anElement();
    await meddle({ ...table, commands: [{ do: 'delete-map-elements', map, keys: [key] }] });
    for (const _ of [1, 2, 3]) await bench.passAfter(70_000);
    expect(events()).toMatchObject([{ outcome: 'standing', settledAt: null }]);
  });

  it('says when it is gone', async () => {
    const { map, key, data } = anElement();
    await meddle({ ...table, commands: [{ do: 'delete-map-elements', map, keys: [key] }] });
    await bench.executor.pass();
    await meddle({ ...table, commands: [{ do: 'add-map-elements', map, elements: [[key, data]] }] });
    await bench.executor.pass();
    expect(events()).toMatchObject([{ outcome: 'gone', settledAt: expect.any(String) }]);
    expect(bench.controlPlane.standing).toBe(0);
    expect(receipts()).toEqual([]);
  });

  it('undoes it once it is told to repair', async () => {
    await meddle(DELETE_TABLE);
    bench.controlPlane.control = DEFAULT_CONTROL;
    bench.controlPlane.unrelatedChange();
    await bench.executor.pass();
    expect(await bench.kernelDiffers()).toEqual([]);
    expect(events()).toMatchObject([{ outcome: 'repaired' }]);
    expect(bench.controlPlane.standing).toBe(0);
  });
});
