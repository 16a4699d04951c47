import { askRedis } from '@weft/host';
import { errorChain } from '@weft/telemetry';
import type { Area, Bench } from '../harness/area.ts';
import { type Figure, figure } from '../harness/figure.ts';
import { coldNode } from './cold-node.ts';
import { idle } from './idle.ts';
import { oneChange } from './one-change.ts';
import { pullsAtOnce } from './pulls-at-once.ts';
import { openRig, type Rig, servicesOf } from './rig.ts';
import { storm } from './storm.ts';

const LONG = { changes: 30, idleSeconds: 30, stormSeconds: 60 };
const QUICK = { changes: 10, idleSeconds: 10, stormSeconds: 10 };

/** What is measured of one fleet, in this order: it takes as long to build as to measure. */
const PARTS: readonly (readonly [string, (rig: Rig, scale: typeof LONG) => Promise<Figure[]>])[] = [
  ['one change', (rig, { changes }) => oneChange(rig, changes)],
  ['nothing', (rig, { idleSeconds }) => idle(rig, idleSeconds)],
  ['a cold node', coldNode],
  ['storm of endpoints', (rig, { stormSeconds: seconds }) => storm(rig, { name: 'storm of endpoints', seconds, changes: rig.readiness })],
  [
    'storm in which Redis loses everything',
    (rig, { stormSeconds: seconds }) =>
      storm(rig, {
        name: 'storm of endpoints with FLUSHALL',
        seconds,
        changes: rig.readiness,
        meanwhile: () => askRedis(rig.site.redisUrl, 'FLUSHALL'),
      }),
  ],
  ['storm of weights', (rig, { stormSeconds: seconds }) => storm(rig, { name: 'storm of weights', seconds, changes: rig.weights })],
];

/** A part that fails is told, and those that came before it count all the same. */
async function measure(nodes: number, { quick, say }: Bench): Promise<Figure[]> {
  const rig = await openRig(nodes, say);
  try {
    const figures = [
      figure({ name: `${servicesOf(nodes)} services come to all nodes at once`, size: nodes, unit: 'ms' }, [rig.filledInMs]),
    ];
    for (const [name, part] of PARTS) {
      const measured = async () => {
        await rig.calm();
        say(name);
        return part(rig, quick ? QUICK : LONG);
      };
      const taken = await measured().catch((error: unknown) => {
        say(`${name} failed: ${errorChain(error)}`);
        return [];
      });
      figures.push(...taken);
    }
    return figures;
  } finally {
    await rig.close();
  }
}

/** Many nodes and one control plane, with Postgres and Redis, all on this machine. The nodes are hollow: the real executor on hosts in memory. */
export const fleet: Area = {
  summary: 'hollow nodes on one control plane: one change, a storm of them, without Redis, idle, a cold node',
  sizeOf: 'nodes',
  measurements: [
    { name: 'pulls at once', sizes: [50, 200, 1_000], quickSizes: [50], take: pullsAtOnce },
    { name: 'hollow nodes', sizes: [50, 200, 1_000], quickSizes: [50], take: measure },
  ],
};
