import { DEFAULT_CONTROL, DEFAULT_NETWORK, type DesiredPull, type DesiredState, HeldState, PLAIN_TRAFFIC, versionSum } from '@weft/model';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Own, Shared } from '../src/agent/read-pulls.ts';
import { SharedAnswers } from '../src/agent/shared-answers.ts';
import type { RecordedService } from '../src/past/recorded-service.ts';

/** What was done at each revision, the first of which is 1: a service of a number was written, or is gone. */
type History = readonly { readonly service: number; readonly gone: boolean }[];

const recorded = (service: number, revision: number): RecordedService => ({
  body: {
    id: `svc_${service}`,
    revision,
    name: `s-${service}`,
    namespace: 'default',
    clusterIP: '198.19.0.1',
    traffic: PLAIN_TRAFFIC,
    ports: [],
  },
  endpoints: [],
});

/** Services that there are after so many revisions, with theirs. */
function versionsAt(history: History, revision: number): Map<number, number> {
  const versions = new Map<number, number>();
  history.slice(0, revision).forEach(({ service, gone }, at) => {
    if (gone) versions.delete(service);
    else versions.set(service, at + 1);
  });
  return versions;
}

/** What a database says that is asked at a revision for everything since a point. Ids are given out once: what is gone does not come back. */
function readAt(history: History, revision: number, known: number | null, earliest = known): Shared<RecordedService> {
  const versions = [...versionsAt(history, revision)].filter(([, version]) => version > (known ?? 0));
  const removed = history.slice(0, revision).flatMap(({ service, gone }, at) => (gone ? [{ id: `svc_${service}`, revision: at + 1 }] : []));
  return {
    known,
    earliest,
    nodes: [],
    services: versions.map(([service, version]) => recorded(service, version)),
    removed: removed.filter((one) => earliest !== null && one.revision > earliest),
  };
}

const sumAt = (history: History, revision: number) =>
  versionSum([...versionsAt(history, revision)].map(([service, version]) => [`svc_${service}`, version] as const));

function answersAt(history: History, revision: number, read: Shared<RecordedService>): SharedAnswers {
  const pulled = { epoch: 'e', revision: BigInt(revision), network: DEFAULT_NETWORK, forAll: null, own: [] };
  return SharedAnswers.of(pulled, read, sumAt(history, revision));
}

/** What is kept after a database was asked at each of these revisions, each time for no more than what is new. */
function keptAfter(history: History, revisions: readonly [number, number, ...number[]]): SharedAnswers {
  const [from, first, ...others] = revisions;
  const begun = answersAt(history.slice(0, first), first, readAt(history.slice(0, first), first, from));
  return others.reduce((kept, revision) => {
    const pulled = { epoch: 'e', revision: BigInt(revision), network: DEFAULT_NETWORK, forAll: null, own: [] };
    return kept.followedBy(pulled, readAt(history, revision, kept.revision), sumAt(history, revision));
  }, begun);
}

const own = (known: number | null): Own => ({ at: 0, known, fresh: true, control: DEFAULT_CONTROL, checksum: '0', pods: [], removed: [] });

const stateOf = ({ epoch, revision, cluster, nodes, pods, services }: DesiredPull): DesiredState => ({
  epoch,
  revision,
  cluster,
  nodes,
  pods,
  services,
});

/** What a node holds that was told everything at a revision. */
function heldAt(history: History, revision: number): HeldState {
  const everything = answersAt(history, revision, readAt(history, revision, null)).pullOf(own(null));
  if (everything === undefined) throw new Error('there is no snapshot');
  return HeldState.of(stateOf(everything));
}

const HISTORIES = fc
  .array(fc.record({ service: fc.integer({ min: 1, max: 8 }), gone: fc.boolean() }), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    const ended = new Map<number, number>();
    return steps.map(({ service, gone }) => {
      const times = ended.get(service) ?? 0;
      if (gone) ended.set(service, times + 1);
      return { service: service + 100 * times, gone };
    });
  });

it('what was read from one point on brings nodes from there and from every later one to the same, however many they are', () => {
  fc.assert(
    fc.property(HISTORIES, fc.nat(), fc.boolean(), (history, at, everything) => {
      const revision = history.length;
      const from = at % (revision + 1);
      const answers = answersAt(history, revision, readAt(history, revision, everything ? null : from, from));
      for (const kept of [answers, answers.forOthers()])
        for (let point = from; point <= revision; point += 1) {
          const pull = kept.pullOf(own(point));
          if (pull === undefined) throw new Error(`nothing for ${point}`);
          const merge = heldAt(history, point).merge(pull);
          if (!merge.ok) throw new Error(`${point}: ${merge.refusal.reason}`);
          expect(new Map(merge.held.state.services.map((service) => [service.id, service.revision]))).toEqual(
            new Map([...versionsAt(history, revision)].map(([service, version]) => [`svc_${service}`, version])),
          );
        }
      expect(answers.forOthers().pullOf(own(from - 1))).toBeUndefined();
      expect(answers.forOthers().pullOf(own(null))).toBeUndefined();
    }),
  );
});

it('those who are told the same get the same list, and there are no more lists than a few', () => {
  const history = Array.from({ length: 60 }, (_, n) => ({ service: n, gone: false }));
  const answers = answersAt(history, 60, readAt(history, 60, 5));
  const listAt = (point: number) => answers.pullOf(own(point))?.services;
  expect(listAt(30)).toBe(listAt(30));
  expect(listAt(30)).toHaveLength(30);
  expect(new Set(Array.from({ length: 55 }, (_, n) => listAt(5 + n))).size).toBeLessThan(20);
});

it('what was read bit by bit brings nodes to the same as what was read at once', () => {
  fc.assert(
    fc.property(HISTORIES, fc.array(fc.nat(), { minLength: 2, maxLength: 6 }), (history, at) => {
      const points = at.map((one) => one % (history.length + 1)).sort((a, b) => a - b);
      const [from = 0, first = 0, ...others] = points;
      const kept = keptAfter(history, [from, first, ...others, history.length]);
      expect([kept.earliest, kept.revision]).toEqual([from, history.length]);
      for (let point = from; point <= history.length; point += 1) {
        const pull = kept.pullOf(own(point));
        if (pull === undefined) throw new Error(`nothing for ${point}`);
        expect(new Set(pull.services.map(({ id }) => id)).size).toBe(pull.services.length);
        const merge = heldAt(history, point).merge(pull);
        if (!merge.ok) throw new Error(`${point}: ${merge.refusal.reason}`);
        expect(new Map(merge.held.state.services.map((service) => [service.id, service.revision]))).toEqual(
          new Map([...versionsAt(history, history.length)].map(([service, version]) => [`svc_${service}`, version])),
        );
      }
      expect(kept.pullOf(own(from - 1))).toBeUndefined();
    }),
  );
});

it('a service that has a dataplane again is not told to be gone', () => {
  const history = [1, 1, 1].map((service) => ({ service, gone: false }));
  const gone = { ...readAt(history, 2, 1), services: [], removed: [{ id: 'svc_1', revision: 2 }] };
  const pulled = { epoch: 'e', revision: 3n, network: DEFAULT_NETWORK, forAll: null, own: [] };
  const kept = answersAt(history, 2, gone).followedBy(pulled, readAt(history, 3, 2), sumAt(history, 3));
  expect(kept.pullOf(own(1))).toMatchObject({ services: [{ id: 'svc_1', revision: 3 }], removed: [] });
});

it('what has changed long ago is not kept, but for whoever asks for it', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const history = Array.from({ length: 9 }, (_, n) => ({ service: n, gone: false }));
  const readOn = (kept: SharedAnswers, revision: number) => {
    const pulled = { epoch: 'e', revision: BigInt(revision), network: DEFAULT_NETWORK, forAll: null, own: [] };
    return kept.followedBy(pulled, readAt(history, revision, kept.revision), sumAt(history, revision));
  };
  let kept = answersAt(history, 3, readAt(history, 3, 0));
  vi.advanceTimersByTime(15_000);
  kept = readOn(kept, 5).forOthers();
  expect(kept.earliest).toBe(0);
  vi.advanceTimersByTime(15_000);
  const read = readOn(kept, 7);
  // For those who asked when it was read it reaches back to where they are.
  expect(read.pullOf(own(1))?.services).toHaveLength(6);
  kept = read.forOthers();
  expect(kept.earliest).toBe(3);
  expect(kept.pullOf(own(6))?.services).toBe(read.pullOf(own(6))?.services);
  expect(kept.pullOf(own(3))?.services).toHaveLength(4);
  vi.advanceTimersByTime(30_000);
  expect(readOn(kept, 9).forOthers().earliest).toBe(7);
});
