import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONTROL, type DesiredPull, type DesiredState, stateChecksum } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DesiredStore } from '../../src/disk/desired-store.ts';
import { pullLine, stateLine } from '../../src/disk/state-journal.ts';
import { CLUSTER, NODE, service } from '../support/objects.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-desired-'));
});
afterEach(() => rm(folder, { recursive: true }));

const web = (n: number, revision: number) => ({ ...service(n, ['100.64.1.11']), clusterIP: `198.19.${n >> 8}.${n & 255}`, revision });

/** The state at a revision: a service that changes with every revision, and one that came with its own for each. */
const state = (revision: number): DesiredState => ({
  epoch: 'e',
  revision,
  cluster: CLUSTER,
  nodes: [{ ...NODE, revision: 1 }],
  pods: [],
  services: [web(0, revision), ...Array.from({ length: revision }, (_, i) => web(i + 1, i + 1))],
});

const wholly = (store: DesiredStore, revision: number) => store.keep({ nodeId: NODE.id, desired: state(revision), delta: null });

/** Keeps states one after the other, each as a delta from the one before. Returns the last. */
async function byDeltas(store: DesiredStore, from: DesiredState, revisions: readonly number[]): Promise<DesiredState> {
  let before = from;
  for (const revision of revisions) {
    const desired = state(revision);
    const changed = desired.services.filter((one) => one.revision > before.revision);
    const pull: DesiredPull = {
      ...desired,
      kind: 'delta',
      control: DEFAULT_CONTROL,
      checksum: stateChecksum(desired),
      nodes: [],
      pods: [],
      services: changed,
      removed: [],
    };
    await (await store.keep({ nodeId: NODE.id, desired, delta: { from: before, pull } })).safe;
    before = desired;
  }
  return before;
}

const found = async (store = new DesiredStore(folder)) => (await store.load()).candidates.map(({ held }) => held.state);
const revisions = async (store?: DesiredStore) => (await found(store)).map(({ revision }) => revision);

/** A store that holds revision 1, applied whole, in a file of its own. */
async function begun(deltasMin?: number): Promise<{ store: DesiredStore; first: DesiredState }> {
  const store = new DesiredStore(folder, { deltasMin });
  await store.load();
  const first = state(1);
  await store.keep({ nodeId: NODE.id, desired: first, delta: null });
  store.markGood();
  return { store, first };
}

describe('DesiredStore', () => {
  it('starts with nothing, in a folder it makes', async () => {
    expect(await new DesiredStore(join(folder, 'new', 'deeper')).load()).toEqual({ candidates: [], unreadable: [] });
  });

  it('gives back what it kept', async () => {
    await wholly(new DesiredStore(folder), 3);
    const [kept] = (await new DesiredStore(folder).load()).candidates;
    expect(kept?.nodeId).toBe(NODE.id);
    expect(kept?.held.state).toEqual(state(3));
    expect(kept?.held.checksum).toBe(stateChecksum(state(3)));
  });

  it('gives back what a version kept that knew less of nodes', async () => {
    const { overlay: _, ...older } = { ...NODE, revision: 1 };
    await writeFile(
      join(folder, 'desired.jsonl'),
      stateLine(NODE.id, { ...state(3), nodes: [older as DesiredState['nodes'][number]] }, null),
    );
    expect(await found()).toEqual([state(3)]);
  });

  it.each(['this', 'the one before', null])(
    'gives back what a program wrote, and when it was another has it checked: %s',
    async (writer) => {
      const kept = new DesiredStore(folder, { writer });
      await wholly(kept, 3);
      await byDeltas(kept, state(3), [4, 5]);
      expect(await found(new DesiredStore(folder, { writer: 'this' }))).toEqual([state(5)]);
      const nonsense = stateLine(NODE.id, { ...state(3), nodes: [{ ...NODE, revision: 'one' as unknown as number }] }, writer);
      await writeFile(join(folder, 'desired.jsonl'), nonsense);
      const { unreadable } = await new DesiredStore(folder, { writer: 'this' }).load();
      expect(unreadable.length).toBe(writer === 'this' ? 0 : 1);
    },
  );

  it('gives back what deltas made, and appends no more than they are', async () => {
    const { store, first } = await begun();
    const path = join(folder, 'desired.jsonl');
    const before = await readFile(path, 'utf8');
    await byDeltas(store, first, [2, 3, 4]);
    expect((await found())[0]).toEqual(state(4));
    expect((await readFile(path, 'utf8')).startsWith(before)).toBe(true);
  });

  it('goes on with the file that it finds: what it read is kept as it stands, and deltas are put behind it', async () => {
    const { store, first } = await begun();
    await byDeltas(store, first, [2, 3]);
    store.markGood();
    store.close();
    const path = join(folder, 'desired.jsonl');
    const before = await readFile(path, 'utf8');
    const next = new DesiredStore(folder);
    const [third] = await found(next);
    if (third === undefined) throw new Error('nothing was found');
    await (await next.keep({ nodeId: NODE.id, desired: third })).safe;
    next.markGood();
    expect(await readFile(path, 'utf8')).toBe(before);
    await byDeltas(next, third, [4]);
    const after = await readFile(path, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(after.slice(before.length).split('\n')).toHaveLength(2);
    expect(await revisions()).toEqual([4, 3]);
  });

  it.each([
    ['another program wrote', 'another', ''],
    ['ends in the middle of a line', 'this one', 'a'],
  ])('writes anew what %s', async (_what, writer, tail) => {
    const earlier = new DesiredStore(folder, { writer });
    await earlier.keep({ nodeId: NODE.id, desired: state(1) });
    earlier.close();
    const path = join(folder, 'desired.jsonl');
    await writeFile(path, `${await readFile(path, 'utf8')}${tail}`);
    const next = new DesiredStore(folder, { writer: 'this one' });
    const [first] = await found(next);
    if (first === undefined) throw new Error('nothing was found');
    await next.keep({ nodeId: NODE.id, desired: first });
    const text = await readFile(path, 'utf8');
    expect(text).toContain('"writer":"this one"');
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('keeps the last good state beside one that was not applied yet, however they were written', async () => {
    for (const [how, next] of [
      ['whole', (store: DesiredStore, _from: DesiredState, to: number) => wholly(store, to).then(() => state(to))],
      ['deltas', (store: DesiredStore, from: DesiredState, to: number) => byDeltas(store, from, [to])],
    ] as const) {
      const { store, first } = await begun();
      const second = await next(store, first, 2);
      const third = await next(store, second, 3);
      expect(await revisions(), how).toEqual([3, 1]);
      store.markGood();
      const fourth = await next(store, third, 4);
      expect(await revisions(), how).toEqual([4, 3]);
      // A state that comes whole does not take the good one among the deltas with it.
      await next(store, fourth, 5);
      await wholly(store, 6);
      expect(await revisions(), how).toEqual([6, 3]);
    }
  });

  it('keeps the last good state over a restart that could not apply the newest', async () => {
    const { store, first } = await begun();
    await byDeltas(store, first, [2]);
    const restarted = new DesiredStore(folder);
    expect(await revisions(restarted)).toEqual([2, 1]);
    await wholly(restarted, 3);
    expect(await revisions()).toEqual([3, 1]);
  });

  it('keeps the last good state while the disk refuses others, whatever becomes of those', async () => {
    const { store, first } = await begun();
    const second = await byDeltas(store, first, [2]);
    store.markGood();
    const inTheWay = join(folder, 'desired.jsonl.tmp');
    await mkdir(inTheWay);
    for (const revision of [3, 4]) {
      await expect(wholly(store, revision)).rejects.toThrow('EISDIR');
      expect(await revisions()).toEqual([2]);
      // It is in the kernel, and nowhere else.
      store.markGood();
    }
    await rm(inTheWay, { recursive: true });
    await byDeltas(store, second, [5]);
    expect(await revisions()).toEqual([5, 2]);
  });

  it('writes the state anew when the deltas have become longer than it is', async () => {
    const { store, first } = await begun(4_096);
    const path = join(folder, 'desired.jsonl');
    let last = first;
    let longest = 0;
    for (let revision = 2; ; revision += 1) {
      const before = (await readFile(path)).length;
      last = await byDeltas(store, last, [revision]);
      store.markGood();
      longest = Math.max(longest, before);
      if ((await readFile(path)).length < before) break;
    }
    expect(longest).toBeGreaterThan(4_096);
    expect((await found())[0]).toEqual(last);
  });

  it('gives back, wherever a crash cut the last line, what was kept before it', async () => {
    const { store, first } = await begun();
    const path = join(folder, 'desired.jsonl');
    await byDeltas(store, first, [2]);
    const before = await readFile(path);
    store.markGood();
    await byDeltas(store, state(2), []);
    const third = await new DesiredStore(folder).load();
    expect(third.unreadable).toEqual([]);
    const cutLine = pullLine(
      { ...state(3), control: DEFAULT_CONTROL, kind: 'delta', checksum: '', nodes: [], pods: [], services: [], removed: [] },
      true,
    );
    for (let length = 0; length < cutLine.length; length += 61) {
      await writeFile(path, Buffer.concat([before, Buffer.from(cutLine.slice(0, length))]));
      const reopened = new DesiredStore(folder);
      const { candidates, unreadable } = await reopened.load();
      expect(candidates.map(({ held }) => held.state.revision)).toEqual([2, 1]);
      expect(unreadable).toEqual([]);
    }
    const reopened = new DesiredStore(folder);
    await reopened.load();
    await wholly(reopened, 4);
    expect((await revisions())[0]).toBe(4);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['changed in one character', (text: string) => text.replace('198.19.0.1', '198.19.0.2')],
    ['of another format', (text: string) => text.replace('"format":2', '"format":1')],
  ])('sets a file aside that is %s and goes on with the last good one', async (_what, damage) => {
    const { store } = await begun();
    await wholly(store, 2);
    const path = join(folder, 'desired.jsonl');
    await writeFile(path, damage(await readFile(path, 'utf8')));
    const reopened = new DesiredStore(folder);
    const { candidates, unreadable } = await reopened.load();
    expect(candidates.map(({ held }) => held.state.revision)).toEqual([1]);
    expect(unreadable).toEqual([{ movedTo: `${path}.unreadable`, why: expect.any(String) }]);
    await wholly(reopened, 5);
    expect(await revisions()).toEqual([5, 1]);
  });

  it('goes on with what stands before a damaged delta, and sets the file aside', async () => {
    const { store, first } = await begun();
    await byDeltas(store, first, [2, 3]);
    const path = join(folder, 'desired.jsonl');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [lines[0], lines[1], lines[2]?.replace('100.64', '100.65'), ''].join('\n'));
    const { candidates, unreadable } = await new DesiredStore(folder).load();
    expect(candidates.map(({ held }) => held.state.revision)).toEqual([2, 1]);
    expect(unreadable).toEqual([{ movedTo: `${path}.unreadable`, why: expect.stringContaining('line 3') }]);
  });

  it.each([
    ['removed', (file: string) => rm(file)],
    ['replaced', (file: string) => writeFile(`${file}.other`, 'other\n').then(() => rename(`${file}.other`, file))],
  ])('writes the state whole when somebody has %s the file, and goes back to no other than it wrote', async (_what, meddle) => {
    const { store } = await begun();
    await wholly(store, 2);
    store.markGood();
    await meddle(join(folder, 'desired.jsonl'));
    await byDeltas(store, state(2), [3]);
    const { candidates, unreadable } = await new DesiredStore(folder).load();
    expect(candidates.map(({ held }) => held.state.revision)).toEqual([3, 1]);
    expect(unreadable).toEqual([]);
  });

  it('forgets everything when cleared', async () => {
    const { store } = await begun();
    await wholly(store, 2);
    await store.clear();
    await store.clear();
    expect(await readdir(folder)).toEqual([]);
  });
});
