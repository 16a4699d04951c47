import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DesiredState } from '@weft/model';
import { eventually } from '@weft/testing';
import { FAULTS } from '@weft/testing/faults';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createExecutorHost, type ExecutorHost, FOREIGN, makeBundle, type RunningExecutor } from './support/executor-process.ts';
import { snapshot } from './support/host-snapshot.ts';
import { CLUSTER, NODE, pod, service } from './support/objects.ts';

const PATIENCE_MS = 120_000;

/** How many times an executor is killed: at as many points of an apply. */
const KILLS = FAULTS.kills;
/** After at most so many changes of the kernel: two pods that come are about three dozen. */
const POINTS = 25;

/** Two pods and 40 services; `more`: four and 60, of which a third leads elsewhere. */
function state(more: boolean): DesiredState {
  const services = Array.from({ length: more ? 60 : 40 }, (_, at) => {
    const endpoints = more && at % 3 === 0 ? ['100.64.1.12'] : ['100.64.1.11', '100.64.1.12'];
    return { ...service(at + 1, endpoints), revision: more ? 20 : 4 };
  });
  const pods = [1, 2, ...(more ? [3, 4] : [])].map((n) => ({ ...pod(n), revision: n }));
  return { epoch: 'e', revision: more ? 20 : 9, cluster: CLUSTER, nodes: [{ ...NODE, revision: 1 }], pods, services };
}

let host: ExecutorHost;
beforeAll(makeBundle, PATIENCE_MS);
beforeEach(async () => {
  host = await createExecutorHost();
});
afterEach(() => host.destroy());

const firstPass = (executor: RunningExecutor) =>
  eventually('its first pass', () => executor.output().includes('no answer'), { withinMs: PATIENCE_MS, everyMs: 5 });

async function stop(executor: RunningExecutor): Promise<void> {
  await host.signal(executor.child, 'SIGTERM');
  await executor.ended;
}

/** What a host comes to with a state when nothing happens to its executor. */
async function undisturbed(desired: DesiredState): Promise<unknown> {
  const other = await createExecutorHost();
  try {
    await other.leave(desired);
    await firstPass(other.execute('run'));
    return await snapshot(other);
  } finally {
    await other.destroy();
  }
}

/** Counts what the kernel tells of changes of the host's network, from now on. */
async function countChanges(): Promise<() => number> {
  let count = 0;
  const monitor = host.start(['stdbuf', '-oL', 'ip', '-o', 'monitor', 'link', 'address', 'route', 'neigh'], {});
  monitor.stdout?.setEncoding('utf8').on('data', (text: string) => {
    count += text.split('\n').length - 1;
  });
  const address = ['127.0.0.2/8', 'dev', 'lo'];
  const hears = async () => {
    for (const what of ['add', 'del']) await host.must(['ip', 'address', what, ...address]);
    return count > 0;
  };
  await eventually('a monitor that listens', hears, { withinMs: PATIENCE_MS });
  return () => count;
}

it(`is killed at ${KILLS} points of an apply, and comes to the exact state at its next start`, { timeout: 10 * PATIENCE_MS }, async () => {
  const goals = [await undisturbed(state(false)), await undisturbed(state(true))];
  const changes = await countChanges();
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await host.leave(state(kill % 2 === 1));
    const was = JSON.stringify(await snapshot(host));
    const before = changes();
    const victim = host.execute('run');
    const pid = await host.pid(victim.child);
    // Points are changes of the kernel, however long they take. Where fewer are made, it is killed when all are.
    const point = before + 1 + ((kill * 7) % POINTS);
    await eventually('the point', () => changes() >= point || victim.output().includes('no answer'), { withinMs: PATIENCE_MS, everyMs: 1 });
    process.kill(pid, 'SIGKILL');
    await victim.ended;
    const is = JSON.stringify(await snapshot(host));
    if (is !== was && is !== JSON.stringify(goals[kill % 2])) interrupted += 1;

    const executor = host.execute('run');
    await firstPass(executor);
    expect(await snapshot(host), `after kill ${kill}`).toEqual(goals[kill % 2]);
    expect(await host.must(['nft', 'list', 'table', 'inet', 'theirs'])).toBe(FOREIGN);
    await stop(executor);
  }
  process.stdout.write(`${interrupted} of ${KILLS} kills left the host half-way\n`);
  // Else they came too early or too late, and showed nothing.
  expect(interrupted).toBeGreaterThan(KILLS / 10);
});

it('programs its host and repairs it although its disk is full, and says so', { timeout: PATIENCE_MS }, async () => {
  const goal = await undisturbed(state(false));
  await host.leave(state(false));
  const [folder, seed] = [join(host.folder, 'state'), join(host.folder, 'seed')];
  await host.must(['cp', '-r', folder, seed]);
  await host.must(['mount', '-t', 'tmpfs', '-o', 'size=512k', 'tiny', folder]);
  await host.must(['cp', '-r', `${seed}/.`, folder]);
  expect((await host.run(['dd', 'if=/dev/zero', `of=${folder}/filler`, 'bs=1k'])).stderr).toContain('No space left');
  const executor = host.execute('run');
  await firstPass(executor);
  expect(await snapshot(host)).toEqual(goal);
  expect(executor.output()).toContain('the state directory cannot be written');
  await host.must(['nft', 'delete', 'table', 'ip', 'weft']);
  await eventually('the repair', async () => JSON.stringify(await snapshot(host)) === JSON.stringify(goal), { withinMs: PATIENCE_MS });
  await stop(executor);
});

it('leaves its host as it is when what it kept is damaged, and says so', { timeout: PATIENCE_MS }, async () => {
  await host.leave(state(false));
  const first = host.execute('run');
  await firstPass(first);
  await stop(first);
  const before = await snapshot(host);
  const path = join(host.folder, 'state/desired/desired.jsonl');
  await writeFile(path, (await readFile(path, 'utf8')).replace('198.19.0.12', '198.19.0.99'));
  const second = host.execute('run');
  await firstPass(second);
  expect(second.output()).toContain('a kept state cannot be read');
  expect(await snapshot(host)).toEqual(before);
  await stop(second);
});

it('repairs what was changed while it was stopped', { timeout: PATIENCE_MS + FAULTS.executorStoppedMs }, async () => {
  await host.leave(state(false));
  const executor = host.execute('run');
  await firstPass(executor);
  const before = await snapshot(host);
  await host.signal(executor.child, 'SIGSTOP');
  await host.must(['nft', 'delete', 'table', 'ip', 'weft']);
  await host.must(['ip', 'link', 'del', 'weft0']);
  // More than its monitors' pipes hold, so that they miss some of it.
  const element = (at: number) => `add element inet churn s { 198.51.${at >> 8}.${at & 255} }\n`;
  await host.must(
    ['nft', '-f', '-'],
    `add table inet churn\nadd set inet churn s { type ipv4_addr; }\n${Array.from({ length: 4_000 }, (_, at) => element(at)).join('')}`,
  );
  await host.must(['nft', 'delete', 'table', 'inet', 'churn']);
  await sleep(FAULTS.executorStoppedMs);
  await host.signal(executor.child, 'SIGCONT');
  // nsenter stops with what it waits for.
  executor.child.kill('SIGCONT');
  await eventually('the repair', async () => JSON.stringify(await snapshot(host)) === JSON.stringify(before), { withinMs: PATIENCE_MS });
  expect(await host.must(['nft', 'list', 'table', 'inet', 'theirs'])).toBe(FOREIGN);
  await stop(executor);
});
