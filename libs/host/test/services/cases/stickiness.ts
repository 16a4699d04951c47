import type { Scheduler } from '@weft/model';
import { endpoint, plan, service, tcp } from '@weft/testing/desired';
import type { ServiceCase } from '../case.ts';
import { name, pod1, pod2, pod3, pod4, probe } from '../probes.ts';

const [other, beside, far] = [plan.pod(1, 2), plan.pod(2, 1), plan.pod(3, 1)];
const VIP = plan.service(1);

const clientIP = { sessionAffinity: 'ClientIP' } as const;

const scheduled = (scheduler: Scheduler, shows: string, phases: ServiceCase['phases']): ServiceCase => ({
  feature: `Scheduler ${scheduler}`,
  shows,
  needs: `scheduler ${scheduler}`,
  phases,
});

const even = (times: number, slack: number) => ({
  times,
  expect: { shares: { [name(3)]: [0.5 - slack, 0.5 + slack], [name(4)]: [0.5 - slack, 0.5 + slack] } } as const,
});

const both = (scheduler: Scheduler) => ({ services: [service(1, [tcp(80, [beside, far])], { scheduler })] });

const evenly = (scheduler: Scheduler, times: number, slack: number) => [
  { fleet: both(scheduler), probes: [{ who: pod1, to: `tcp://${VIP}:80`, ...even(times, slack) }] },
];

/** How often those who deal out in turn are asked to: who draws lots hits the exact shares of 40 or 80 once in eight or ten times, and not each time. */
const TURNS = 4;

const eachTime = (phases: ServiceCase['phases']): ServiceCase['phases'] =>
  phases.map(({ fleet, probes }) => ({ fleet, probes: Array.from({ length: TURNS }, () => probes).flat() }));

const byWeight = (scheduler: Scheduler, slack: number) => [
  {
    fleet: {
      services: [service(1, [tcp(80, [endpoint(beside, { weight: 3 }), endpoint(far, { weight: 1 })])], { scheduler })],
    },
    probes: [
      probe(pod1, `tcp://${VIP}:80`, { shares: { [name(3)]: [0.75 - slack, 0.75 + slack], [name(4)]: [0.25 - slack, 0.25 + slack] } }, 80),
    ],
  },
];

/** How many connections of a client that was there before are remembered, over and done. */
const OVER = 120;

type Kept = readonly [beside: number, far?: number];

/**
 * Who counts connections: with six kept at one endpoint the next go to the other, of half its weight, where lots and turns would lead most of them to the first. Then
 * four at once, all kept, tell one way of counting from the other: between weights 9 and 1, both idle, and with connections remembered at the second that are over, which
 * some count a little and some do not.
 */
const byConnections = (scheduler: Scheduler, idle: Kept, after: Kept): ServiceCase['phases'] => {
  const weighing = (number: number, weight: number) =>
    service(number, [tcp(80, [endpoint(beside, { weight }), endpoint(far, { weight: 1 })])], { scheduler });
  const keeping = (number: number, kept: Kept) => {
    const shares = Object.fromEntries(kept.map((share = 0, at) => [name(3 + at), [share / 4, share / 4]] as const));
    return { ...probe(pod1, `tcp://${plan.service(number)}:80`, { shares }, 4), held: true };
  };
  return [
    {
      fleet: { services: [service(1, [tcp(80, [beside])], { scheduler }), service(3, [tcp(80, [far])], { scheduler })] },
      probes: [
        { ...probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] }, 6), held: true },
        probe(pod1, `tcp://${plan.service(3)}:80`, { from: [name(4)] }, OVER),
      ],
    },
    {
      fleet: { services: [weighing(1, 2), weighing(2, 9), weighing(3, 9)] },
      probes: [
        // One of them would be enough at most times; by lot one in 700 goes the same way three times.
        ...Array.from({ length: 3 }, () => probe(pod1, `tcp://${VIP}:80`, { from: [name(4)] }, 2)),
        keeping(2, idle),
        keeping(3, after),
      ],
    },
  ];
};

/** Everybody who answers some client is one of both, each client always has the same. */
const bySource = (scheduler: Scheduler) => [
  {
    fleet: both(scheduler),
    probes: [
      probe(pod1, `tcp://${VIP}:80`, { oneOf: [name(3), name(4)] }, 20),
      probe(pod2, `tcp://${VIP}:80`, { oneOf: [name(3), name(4)] }, 20),
    ],
  },
];

/** How an endpoint is chosen, and who comes back to the same. */
export const STICKINESS_CASES: readonly ServiceCase[] = [
  {
    feature: 'Session affinity',
    shows: 'a client stays with its endpoint, whatever others come; when it goes, the client gets another',
    needs: null,
    phases: [
      { fleet: { services: [service(1, [tcp(80, [beside])], clientIP)] }, probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] })] },
      {
        fleet: { services: [service(1, [tcp(80, [other, beside, far])], clientIP)] },
        probes: [
          probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] }, 20),
          probe({ node: 1 }, `tcp://${VIP}:80`, { oneOf: [name(2), name(3), name(4)] }, 20),
        ],
      },
      {
        fleet: { services: [service(1, [tcp(80, [far])], clientIP)] },
        probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(4)] }, 20)],
      },
    ],
  },
  {
    feature: 'Session affinity of node ports',
    shows: 'clients outside stay with their endpoint too',
    needs: null,
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [other, beside, far], { nodePort: 30080 })], clientIP)] },
        probes: [probe('outside', `tcp://${plan.host(1)}:30080`, { oneOf: [name(2), name(3), name(4)] }, 20)],
      },
    ],
  },
  {
    feature: 'Affinity timeout',
    shows: 'a client that stayed away longer is forgotten',
    needs: 'affinity for less than three minutes',
    phases: [
      {
        fleet: { services: [service(1, [tcp(80, [beside])], { ...clientIP, sessionAffinityTimeoutSeconds: 1 })] },
        probes: [probe(pod1, `tcp://${VIP}:80`, { from: [name(3)] })],
      },
      {
        // Of a lot drawn anew one in twenty falls on the endpoint that was there before.
        fleet: {
          services: [service(1, [tcp(80, [beside, endpoint(far, { weight: 19 })])], { ...clientIP, sessionAffinityTimeoutSeconds: 1 })],
        },
        probes: [probe(pod1, `tcp://${VIP}:80`, { inTheEnd: name(4) })],
      },
    ],
  },
  {
    feature: 'Affinity of a whole service',
    shows: 'a client has the same endpoint address behind all ports',
    needs: 'affinity of a whole service',
    phases: [
      {
        fleet: {
          services: [
            service(1, [tcp(80, [beside], { name: 'a' }), tcp(81, [beside, far, other], { name: 'b' })], {
              ...clientIP,
              sessionAffinityScope: 'Service',
            }),
          ],
        },
        // One client alone would find the same endpoint behind both ports by chance, one time in three.
        probes: [pod1, pod2, pod3, pod4].flatMap((who) => [
          probe(who, `tcp://${VIP}:80`, { from: [name(3)] }),
          probe(who, `tcp://${VIP}:81`, { from: [name(3)] }, 20),
        ]),
      },
    ],
  },
  scheduled('random', 'lots are drawn', evenly('random', 200, 0.2)),
  scheduled('rr', 'one after the other', eachTime(evenly('rr', 40, 0))),
  scheduled('wrr', 'one after the other, by weight', eachTime(byWeight('wrr', 0))),
  scheduled('lc', 'whoever has the fewest connections', byConnections('lc', [2, 2], [2, 2])),
  scheduled('wlc', 'whoever has the fewest connections for its weight', byConnections('wlc', [3, 1], [4])),
  scheduled(
    'sed',
    'whoever is expected to answer first: the fewest connections for its weight, this one counted',
    byConnections('sed', [4], [4]),
  ),
  scheduled('nq', 'an idle one if there is one, else as sed', byConnections('nq', [3, 1], [3, 1])),
  scheduled('sh', 'a client comes back to the same', bySource('sh')),
  scheduled('dh', 'an address leads to the same, whoever asks', [
    {
      fleet: both('dh'),
      probes: [pod1, pod2, pod3, pod4].map((who) => probe(who, `tcp://${VIP}:80`, { oneOf: [name(3), name(4)], same: 'endpoint' }, 10)),
    },
  ]),
  scheduled('mh', 'a client comes back to the same', bySource('mh')),
];
