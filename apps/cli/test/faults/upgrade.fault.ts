import { cp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@weft/host';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PreviousTree, unpackPrevious } from '../../../control-plane/test/harness/previous-tree.ts';
import { bundleOf, repositoryRoot } from '../../src/repository.ts';
import { expectUnharmed, FleetUnderFaults } from './fleet-under-faults.ts';

/** Building three programs of the version before, and starting a fleet of them, on a busy machine. */
const START_MS = 300_000;

describe('a fleet of the version before', () => {
  let tree: PreviousTree;
  let under: FleetUnderFaults;
  beforeAll(async () => {
    tree = await unpackPrevious();
    for (const app of ['cli', 'control-plane', 'node-executor'] as const) await tree.build(app);
    under = await FleetUnderFaults.start(tree.folder);
  }, START_MS);
  afterAll(async () => {
    await under?.end();
    await tree?.remove();
  });

  /** Puts something of this version where the version before has its own. */
  async function replace(path: string): Promise<void> {
    await rename(join(tree.folder, path), join(tree.folder, `${path}-before`));
    await cp(join(repositoryRoot(), path), join(tree.folder, path), { recursive: true });
  }

  const pidOf = async (name: string) => (await under.fleet.run()).processes[name] ?? Number.NaN;

  /** Has a program end as its unit does; it is started again, from what is in its place now. */
  async function restart(name: string): Promise<void> {
    const before = await pidOf(name);
    process.kill(before, 'SIGTERM');
    await eventually(`another ${name}`, async () => (await pidOf(name)) !== before, { withinMs: 60_000, everyMs: 100 });
  }

  /** Every node says what is in its kernel, to whichever version asks. */
  async function expectAnswers(): Promise<void> {
    for (const { id } of await under.fleet.converged(60_000)) {
      const { items } = await under.fleet.call<{ items: { standing: string }[] }>('GET', `/nodes/${id}/dataplane?limit=1000`);
      expect(items.length).toBeGreaterThan(0);
      expect(items.filter(({ standing }) => standing === 'missing' || standing === 'altered')).toEqual([]);
    }
  }

  it('becomes one of this version, as the page says, while its services answer', { timeout: 240_000 }, async () => {
    const clients = under.asking();
    const environ = await readFile(`/proc/${await pidOf('control-plane')}/environ`, 'utf8');
    const env = Object.fromEntries(
      environ
        .split('\0')
        .filter(Boolean)
        .map((line) => line.split(/=(.*)/s)),
    );
    expect(await runCommand({ argv: [process.execPath, bundleOf('control-plane'), 'migrate'], env })).toMatchObject({ exitCode: 0 });
    await under.expectWhole();

    await replace('prisma/migrations');
    await replace('apps/control-plane/dist');
    await restart('control-plane');
    // Executors of the version before do what the control plane of this one says, and answer what it asks.
    await under.expectWhole();
    await expectAnswers();

    await replace('apps/node-executor/dist');
    for (const { name } of await under.fleet.converged()) await restart(name);
    await under.expectWhole();
    await expectAnswers();
    await expectUnharmed(clients);
  });
});
