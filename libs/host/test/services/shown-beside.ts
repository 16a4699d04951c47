import { Backend } from '@weft/model';
import type { Row } from './row.ts';

const inTheLab = (backend: Backend) => (what: string) => `under 200 connections a second ${backend} ${what}`;

/** What services do that is shown by tests of its own, for it is about change and time, or about what stands beside the packets. */
export const SHOWN_BESIDE: readonly Row[] = [
  {
    feature: 'UDP clients that keep their socket',
    shows:
      'move when their endpoint is replaced, are refused when none is left or the service goes, and are served when it comes; nobody else is touched',
    shownBy: (backend) => [
      `${backend} connected UDP clients move, by every way, when their endpoint is replaced, and are refused when none is left or the service goes`,
      `${backend} connected UDP clients that were there before the service are served, by every way, when it comes`,
      `${backend} ends no good flow and nothing of somebody else’s NAT`,
    ],
  },
  {
    feature: 'Counters',
    shows: 'connections, packets and bytes to each port, by every way, which go on when endpoints and backends change',
    shownBy: (backend) => [`${backend} counts the connections to each port by every way, and goes on when endpoints and backends change`],
  },
  {
    feature: 'Rolling replacement',
    shows: 'no connection of 200 a second is lost while all endpoints are replaced; on ipvs, in a guest, of at least 100',
    shownBy: (backend) => [`${backend} loses no connection of 200 a second while all endpoints are replaced`],
  },
  {
    feature: 'Live switch',
    shows: 'to every other backend and back: no connection is lost, new or open, and nothing of the old one is left',
    shownBy: (backend) =>
      Backend.options
        .filter((other) => other !== backend)
        .map((other) => `switches from ${backend} to ${other} without losing a connection, new or open`),
  },
  {
    feature: 'Restart and kill -9 of the executor',
    shows: 'no connection is lost, and nothing is written when nothing changed',
    shownBy: (backend) =>
      backend === 'ipvs'
        ? [
            'an executor of ipvs that ends by SIGTERM and comes back writes nothing, and no connection is lost',
            'an executor of ipvs that ends by SIGKILL and comes back writes nothing, and no connection is lost',
            'loses no connection when it is killed in the middle of an apply, and the next one goes on',
          ]
        : [
            'writes nothing to the kernel after SIGTERM, and loses no connection',
            'writes nothing to the kernel after SIGKILL, and loses no connection',
            'loses no connection while all endpoints are replaced and executors are restarted and killed',
          ].map(inTheLab(backend)),
  },
  {
    feature: 'Health check node port',
    shows:
      'tells a load balancer which services have an endpoint on the node, without a control plane and after a restart; the executor answers, whatever the backend',
    shownBy: () => [
      'tells a load balancer which services have an endpoint here, at every address, without a control plane and after a restart',
    ],
  },
];
