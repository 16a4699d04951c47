import { of, POD_PORT } from './objects.ts';
import type { Stage } from './stage.ts';
import { answeredBy, answeredByOneOf, cameFrom, refused, type Trip } from './trips.ts';

/** TCP port of service-2 on every node. */
export const NODE_PORT = 30080;

/** Where the client's own server listens. */
export const OUTSIDE_PORT = 8080;

const toPod = (name: string) => (stage: Stage) => `http://${of(stage.pods, name).ip}:${POD_PORT}/`;
const toService = (name: string, port?: number) => (stage: Stage) =>
  `http://${of(stage.services, name).clusterIP}${port === undefined ? '' : `:${port}`}/`;
const addressOf = (stage: Stage, host: string) => stage.lab.hosts.find(({ name }) => name === host)?.address ?? '';
const toHost = (host: string, port: number) => (stage: Stage) => `http://${addressOf(stage, host)}:${port}/`;

/** Every way that a packet can take: pod-1 and pod-2 are on node-1, pod-3 on node-2, pod-4 on node-3 behind the router. */
export const everyTrip = (stage: Stage): Trip[] => [
  { says: 'pod → pod, same node', from: 'pod-1', to: toPod('pod-2'), expect: answeredBy('pod-2') },
  { says: 'pod → pod, next node, direct', from: 'pod-1', to: toPod('pod-3'), expect: answeredBy('pod-3') },
  { says: 'pod → pod, far node, VXLAN', from: 'pod-1', to: toPod('pod-4'), expect: answeredBy('pod-4') },
  { says: 'pod → pod keeps its address', from: 'pod-4', to: toPod('pod-1'), expect: cameFrom(of(stage.pods, 'pod-4').ip) },
  { says: 'pod → service, 20 connections', from: 'pod-4', to: toService('service-1'), times: 20, expect: answeredBy('pod-1', 'pod-3') },
  { says: 'pod → service → itself too', from: 'pod-1', to: toService('service-1'), times: 20, expect: answeredBy('pod-1', 'pod-3') },
  { says: 'node → service', from: 'node-2', to: toService('service-2'), expect: answeredByOneOf('pod-2', 'pod-4') },
  ...['node-1', 'node-2', 'node-3'].map((node) => ({
    says: `outside → NodePort of ${node}`,
    from: 'client',
    to: toHost(node, NODE_PORT),
    times: 20,
    expect: answeredBy('pod-2', 'pod-4'),
  })),
  { says: 'pod → outside, as its node', from: 'pod-4', to: toHost('client', OUTSIDE_PORT), expect: cameFrom(addressOf(stage, 'node-3')) },
  { says: 'a port the service has not', from: 'pod-1', to: toService('service-1', 81), expect: refused },
];

/** service-1 after one more pod stands behind it. */
export const SCALED_UP: readonly Trip[] = [
  {
    says: 'pod → service, three endpoints',
    from: 'pod-2',
    to: toService('service-1'),
    times: 20,
    expect: answeredBy('pod-1', 'pod-3', 'pod-5'),
  },
];

/** service-1 with nothing behind it: refused at once, wherever one asks. */
export const SCALED_TO_ZERO: readonly Trip[] = ['pod-4', 'pod-1', 'node-3'].map((from) => ({
  says: 'no endpoints: refused, no hang',
  from,
  to: toService('service-1'),
  expect: refused,
}));
