import { showAuditTrail } from './audit-trail.ts';
import { showRules } from './kernel-rules.ts';
import { createPod, createService, deletePod, endpointsLive, relabelPod, switchBackend } from './objects.ts';
import type { Stage } from './stage.ts';
import { askSteadily } from './steady-client.ts';
import { everyTrip, NODE_PORT, SCALED_TO_ZERO, SCALED_UP } from './traffic.ts';
import { type Trip, travel } from './trips.ts';

/** A part of the story. */
export interface Chapter {
  readonly title: string;
  readonly says: string;
  readonly play: (stage: Stage) => Promise<void>;
}

const NODES = ['node-1', 'node-2', 'node-3'] as const;

/** The pods behind service-1, which the story scales. */
const BEHIND_SERVICE_1 = ['pod-1', 'pod-3'] as const;

const travelAll = async (stage: Stage, trips: readonly Trip[]) => {
  for (const trip of trips) await travel(stage, trip);
};

/** What is shown on each backend alike. */
const onBackend = (backend: string, backends: readonly string[]): Chapter[] => [
  {
    title: `Traffic, on ${backend}`,
    says: 'Real connections, made with curl inside the pods, the nodes and a client outside the fleet:',
    play: (stage) => travelAll(stage, everyTrip(stage)),
  },
  {
    title: `Scaling, on ${backend}`,
    says: 'A third pod for service-1, then none at all, then two again:',
    play: async (stage) => {
      await createPod(stage, 'pod-5', 'node-3', 'web');
      await endpointsLive(stage, 'service-1', 3);
      await travelAll(stage, SCALED_UP);
      await deletePod(stage, 'pod-5');
      for (const pod of BEHIND_SERVICE_1) await relabelPod(stage, pod, 'resting');
      await endpointsLive(stage, 'service-1', 0);
      await travelAll(stage, SCALED_TO_ZERO);
      for (const pod of BEHIND_SERVICE_1) await relabelPod(stage, pod, 'web');
      await endpointsLive(stage, 'service-1', 2);
    },
  },
  {
    title: `The rules of a node, on ${backend}`,
    says: 'What the kernel of node-1 holds now:',
    play: (stage) => showRules(stage, 'node-1', backend, backends),
  },
];

/** The way from one backend to another. */
const changeOfBackend = (from: string, to: string): Chapter => ({
  title: 'Another backend, live',
  says: `The same fleet moves from ${from} to ${to}, node by node, while a client outside keeps asking service-2:`,
  play: async (stage) => {
    const client = askSteadily(stage, 'client', `http://${stage.lab.hosts.find(({ name }) => name === 'node-1')?.address}:${NODE_PORT}/`);
    for (const node of NODES) await switchBackend(stage, node, to);
    await stage.check('the client outside, meanwhile', client.stop);
  },
});

/** The whole story, on each of these backends in turn; the nodes begin with the first. */
export function story(backends: readonly string[]): Chapter[] {
  let created = '';
  return [
    {
      title: 'Four pods on three nodes',
      says: 'node-1 and node-2 share a subnet, node-3 is behind a router. Each pod serves a page that names it.',
      play: async (stage) => {
        await createPod(stage, 'pod-1', 'node-1', 'web');
        await createPod(stage, 'pod-2', 'node-1', 'api');
        await createPod(stage, 'pod-3', 'node-2', 'web');
        await createPod(stage, 'pod-4', 'node-3', 'api');
      },
    },
    {
      title: 'Two services',
      says: 'service-1 stands in front of pod-1 and pod-3; service-2 in front of pod-2 and pod-4, and on a port of every node.',
      play: async (stage) => {
        created = await createService(stage, 'service-1', 'web', { ports: [{ port: 80, targetPort: 8080 }] });
        await createService(stage, 'service-2', 'api', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: NODE_PORT }] });
        for (const service of ['service-1', 'service-2']) await endpointsLive(stage, service, 2);
      },
    },
    ...backends.flatMap((backend, index) => {
      const before = backends[index - 1];
      return [...(before === undefined ? [] : [changeOfBackend(before, backend)]), ...onBackend(backend, backends)];
    }),
    {
      title: 'Who asked, and what ran',
      says: 'The request that created service-1, from the one who asked to the commands on every node:',
      play: (stage) => showAuditTrail(stage, created),
    },
  ];
}
