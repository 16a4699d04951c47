import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DesiredState } from '@weft/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DesiredStore } from '../../src/disk/desired-store.ts';
import { CLUSTER, NODE, service } from '../support/objects.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-desired-'));
});
afterEach(() => rm(folder, { recursive: true }));

const state = (revision: number): DesiredState => ({
  epoch: 'e',
  revision,
  cluster: CLUSTER,
  nodes: [{ ...NODE, revision: 1 }],
  pods: [],
  services: [{ ...service(1, ['100.64.1.11']), revision }],
});
const keep = (store: DesiredStore, revision: number) => store.keep({ nodeId: NODE.id, desired: state(revision) });
const revisions = async (store = new DesiredStore(folder)) => (await store.load()).candidates.map(({ desired }) => desired.revision);

describe('DesiredStore', () => {
  it('starts with nothing, in a folder it makes', async () => {
    expect(await new DesiredStore(join(folder, 'new', 'deeper')).load()).toEqual({ candidates: [], unreadable: [] });
  });

  it('gives back what it kept, byte for byte the same value', async () => {
    await keep(new DesiredStore(folder), 3);
    expect((await new DesiredStore(folder).load()).candidates).toEqual([{ nodeId: NODE.id, desired: state(3) }]);
  });

  it('keeps the last good state beside one that was not applied yet', async () => {
    const store = new DesiredStore(folder);
    await keep(store, 1);
    store.markGood();
    await keep(store, 2);
    await keep(store, 3);
    expect(await revisions()).toEqual([3, 1]);
    store.markGood();
    await keep(store, 4);
    expect(await revisions()).toEqual([4, 3]);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['changed in one character', (text: string) => text.replace('198.19.0.11', '198.19.0.12')],
    ['of another format', (text: string) => text.replace('"format":1', '"format":2')],
  ])('sets a file aside that is %s and goes on with the last good one', async (_what, damage) => {
    const store = new DesiredStore(folder);
    await keep(store, 1);
    store.markGood();
    await keep(store, 2);
    const path = join(folder, 'desired.json');
    await writeFile(path, damage(await readFile(path, 'utf8')));
    const reopened = new DesiredStore(folder);
    const { candidates, unreadable } = await reopened.load();
    expect(candidates.map(({ desired }) => desired.revision)).toEqual([1]);
    expect(unreadable).toEqual([{ movedTo: `${path}.unreadable`, why: expect.any(String) }]);
    await keep(reopened, 5);
    expect(await revisions()).toEqual([5, 1]);
  });

  it('forgets everything when cleared', async () => {
    const store = new DesiredStore(folder);
    await keep(store, 1);
    await store.clear();
    await store.clear();
    expect(await readdir(folder)).toEqual([]);
  });
});
