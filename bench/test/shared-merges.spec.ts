import { DEFAULT_CONTROL, type DesiredPull, type DesiredState, type HeldState, mergePull, stateChecksum } from '@weft/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fleet, withOtherEndpoint } from '../dataplane/fleet.ts';
import { SharedMerges } from '../hollow/shared-merges.ts';

const FIRST = fleet('nftables', 6);

/** States that follow each other: each changes one service of the one before, or leaves it out, or has it again. */
const STATES = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 5 }), gone: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((steps) => {
    const states: DesiredState[] = [FIRST];
    for (const { at, gone } of steps) {
      const before = states.at(-1) ?? FIRST;
      const revision = before.revision + 1;
      const service = FIRST.services[at] ?? fail();
      const others = before.services.filter(({ id }) => id !== service.id);
      const changed = { ...withOtherEndpoint(service, revision), revision };
      states.push({ ...before, revision, services: gone ? others : [...others, changed] });
    }
    return states;
  });

function fail(): never {
  throw new Error('there is no such service');
}

/** What a node is told that is at one state, of another. */
function pullOf(from: DesiredState | null, to: DesiredState): DesiredPull {
  const held = new Map((from?.services ?? []).map((service) => [service.id, service.revision]));
  const there = new Set(to.services.map(({ id }) => id));
  return {
    ...to,
    kind: from === null ? 'snapshot' : 'delta',
    control: DEFAULT_CONTROL,
    checksum: stateChecksum(to),
    nodes: from === null ? [...to.nodes] : [],
    pods: [...to.pods],
    services: to.services.filter(({ id, revision }) => held.get(id) !== revision),
    removed: [...held.keys()].filter((id) => !there.has(id)),
  };
}

it('nodes that share what they merge hold what each would hold by itself, whatever they skip', () => {
  fc.assert(
    fc.property(
      STATES,
      fc.array(fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 5 }),
      (states, nodes) => {
        const shared = new SharedMerges();
        const pulls = new Map<string, DesiredPull>();
        const told = (from: HeldState | null, to: DesiredState) => {
          const name = `${from?.state.revision}-${to.revision}`;
          const pull = pulls.get(name) ?? pullOf(from?.state ?? null, to);
          pulls.set(name, pull);
          return pull;
        };
        const held: [HeldState | null, HeldState | null][] = nodes.map(() => [null, null]);
        states.forEach((state, at) => {
          nodes.forEach((skips, node) => {
            if (skips[at]) return;
            const [together, alone] = held[node] ?? fail();
            const [one, other] = [shared.merge(together, told(together, state)), mergePull(alone, structuredClone(told(together, state)))];
            if (!one.ok || !other.ok) throw new Error('it was refused');
            const byId = ({ state }: HeldState) => [...state.services].sort((a, b) => (a.id < b.id ? -1 : 1));
            expect(byId(one.held)).toEqual(byId(other.held));
            expect(one.held.checksum).toBe(stateChecksum(state));
            held[node] = [one.held, other.held];
          });
        });
      },
    ),
  );
});

it('nodes that are told the same, or came to the same by other ways, hold one state', () => {
  const shared = new SharedMerges();
  const [second, third] = [2, 3].map((revision) => ({
    ...FIRST,
    revision,
    services: FIRST.services.map((service) => ({ ...service, revision })),
  }));
  if (second === undefined || third === undefined) fail();
  const snapshot = pullOf(null, FIRST);
  const of = (base: HeldState | null, pull: DesiredPull) => {
    const merge = shared.merge(base, pull);
    return merge.ok ? merge.held : fail();
  };
  const [a, b] = [of(null, snapshot), of(null, snapshot)];
  expect(a).toBe(b);
  const byWay = of(of(a, pullOf(FIRST, second)), pullOf(second, third));
  expect(of(b, pullOf(FIRST, third))).toBe(byWay);
});

it('a delta that lost a service is refused, and the state goes on', () => {
  const shared = new SharedMerges();
  const first = shared.merge(null, pullOf(null, FIRST));
  if (!first.ok) fail();
  const next = { ...FIRST, revision: 2, services: FIRST.services.map((service) => ({ ...service, revision: 2 })) };
  const pull = pullOf(FIRST, next);
  expect(shared.merge(first.held, { ...pull, services: pull.services.slice(1) })).toMatchObject({ refusal: { reason: 'incomplete' } });
  expect(shared.merge(first.held, pull).ok).toBe(true);
  // Others have what it lacks by now.
  expect(shared.merge(first.held, { ...pull, services: pull.services.slice(1) })).toMatchObject({ refusal: { reason: 'incomplete' } });
});
