import { openLoop } from '../api/load.ts';
import { type Figure, figure } from '../harness/figure.ts';
import type { EndpointChanges } from './endpoint-changes.ts';
import { TAKERS, takenSoFar } from './processor-time.ts';
import type { Rig } from './rig.ts';

/** Changes a second. */
const PER_SECOND = 200;

/** Nodes have caught up within so long after a storm, or something is wrong. */
const CATCH_UP_MS = 60_000;

/** What a storm did. */
export interface Storm {
  readonly name: string;
  readonly seconds: number;
  readonly changes: EndpointChanges;
  /** Done in the middle of it. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** A storm of changes, sent whether or not those before are answered: how far behind the last node ever was, how often nodes applied, and how long they were behind afterwards. */
export async function storm(rig: Rig, { name, seconds, changes, meanwhile }: Storm): Promise<Figure[]> {
  const { fleet } = rig;
  const before = await rig.revision();
  const transactions = (await fleet.tell()).transactions;
  const from = performance.now();
  const taken = takenSoFar(rig);
  const middle = Math.floor((seconds * PER_SECOND) / 2);
  let failed = 0;
  const load = await openLoop(PER_SECOND, seconds * PER_SECOND, async (n) => {
    if (n === middle) await meanwhile?.();
    await changes.change().catch(() => {
      failed += 1;
    });
  });
  const endedAt = performance.timeOrigin + performance.now();
  const revision = await rig.revision();
  await rig.applied(revision, CATCH_UP_MS);
  const passed = (performance.now() - from) / 1000;
  const takenAfter = takenSoFar(rig);
  const commits = await rig.commits(before);
  const applies = (await fleet.tell()).transactions - transactions;
  const lags = fleet.log.lags(commits);
  const after = Math.max(...fleet.log.times(revision)) - endedAt;
  const what = (of: string, unit: Figure['unit']) => ({ name: `${name}: ${of}`, size: fleet.size, unit });
  const floor = { name: 'changes', samples: [commits.length] };
  return [
    figure(what('changes taken', 'per second'), [commits.length / load.seconds]),
    figure(what('change refused or unanswered', 'count'), [failed]),
    figure(what('a change answered, p99', 'ms'), load.ms, { share: 0.99 }),
    figure(what('from commit to the last node, p50', 'ms'), lags),
    figure(what('from commit to the last node, the longest', 'ms'), lags, { share: 1 }),
    figure(what('applies of a node', 'count'), [applies / fleet.size], { floor }),
    figure(what('all applied after the last answer', 'ms'), [Math.max(after, 0)]),
    ...TAKERS.map((name) => figure(what(name, 'cores'), [(takenAfter[name] - taken[name]) / passed])),
  ];
}
