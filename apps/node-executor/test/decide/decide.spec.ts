import { type DesiredState, podLinkName } from '@weft/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, jittered } from '../../src/decide/backoff.ts';
import { applyCause } from '../../src/decide/cause.ts';
import { placePods } from '../../src/decide/placement.ts';
import { podReport } from '../../src/decide/pod-report.ts';
import { afterProbe, NOT_PROBED, nextProbeMs, probeOf } from '../../src/decide/readiness.ts';
import { implausibleShrink } from '../../src/decide/shrink.ts';
import { CLUSTER, pod, service } from '../support/objects.ts';

describe('backoffMs', () => {
  it('doubles from a second to half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(failures, 0))).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3]);
  });

  it('takes off at most a quarter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const full = backoffMs(failures, 0);
        const actual = backoffMs(failures, random);
        expect(actual).toBeLessThanOrEqual(full);
        expect(actual).toBeGreaterThanOrEqual(full * 0.75 - 1);
      }),
    );
  });
});

describe('jittered', () => {
  it.each([
    [0, 9_000],
    [0.5, 10_000],
    [0.9999, 11_000],
  ])('spreads a period by a tenth: %d', (random, expected) => {
    expect(jittered(10_000, random)).toBeCloseTo(expected, -1);
  });
});

describe('implausibleShrink', () => {
  const state = (services: number, epoch = 'e'): DesiredState => ({
    epoch,
    revision: 1,
    cluster: CLUSTER,
    nodes: [],
    pods: [],
    services: Array.from({ length: services }, (_, n) => ({ ...service(n), revision: 1 })),
  });

  it.each([
    [20, 10, null],
    [20, 9, { held: 20, dropped: 11 }],
    [20, 0, { held: 20, dropped: 20 }],
    [19, 0, null],
    [10, 30, null],
  ])('%d objects become %d', (before, after, expected) => {
    expect(implausibleShrink(state(before), state(after))).toEqual(expected);
  });

  it('believes another epoch', () => {
    expect(implausibleShrink(state(20), state(0, 'restored'))).toBeNull();
  });

  it('counts what is gone, not how many there are', () => {
    const others = { ...state(0), services: Array.from({ length: 20 }, (_, n) => ({ ...service(n + 100), revision: 1 })) };
    expect(implausibleShrink(state(20), others)).toEqual({ held: 20, dropped: 20 });
  });
});

describe('applyCause', () => {
  const nothing = { first: false, afterFailure: false, changed: true, snapshot: false };
  it.each([
    [nothing, 'change'],
    [{ ...nothing, snapshot: true }, 'resync'],
    [{ ...nothing, changed: false }, 'drift'],
    [{ ...nothing, changed: false, snapshot: true }, 'drift'],
    [{ ...nothing, afterFailure: true }, 'retry'],
    [{ ...nothing, first: true, afterFailure: true }, 'start'],
  ])('%j is %s', (reason, cause) => {
    expect(applyCause(reason)).toBe(cause);
  });
});

describe('readiness', () => {
  const failed = { ok: false, message: 'refused' };
  const ok = { ok: true, message: '' };

  it('comes with one success and goes with failureThreshold failures in a row', () => {
    let readiness = afterProbe(NOT_PROBED, ok, 3);
    const seen = [failed, failed, ok, failed, failed, failed, ok].map((result) => {
      readiness = afterProbe(readiness, result, 3);
      return readiness.ready;
    });
    expect(seen).toEqual([true, true, true, true, true, false, true]);
  });

  it('is asked for often at first, then at the period', () => {
    const delays: number[] = [];
    let readiness = NOT_PROBED;
    for (let n = 0; n < 12; n += 1) {
      readiness = afterProbe(readiness, failed, 3);
      delays.push(nextProbeMs(readiness, 5));
    }
    expect(delays).toEqual([20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_000, 5_000, 5_000, 5_000]);
    expect(nextProbeMs(afterProbe(readiness, ok, 3), 5)).toBe(5_000);
  });

  it('of an echo pod is its first TCP port, of one without any is nothing', () => {
    const udp = { name: null, containerPort: 53, protocol: 'UDP' } as const;
    const tcp = { name: null, containerPort: 8080, protocol: 'TCP' } as const;
    expect(probeOf({ readinessProbe: null, runtime: { type: 'echo' }, ports: [udp, tcp] })).toMatchObject({ type: 'tcp', port: 8080 });
    expect(probeOf({ readinessProbe: null, runtime: { type: 'echo' }, ports: [udp] })).toBeNull();
    expect(probeOf({ readinessProbe: null, runtime: { type: 'none' }, ports: [tcp] })).toBeNull();
  });
});

describe('placePods', () => {
  const [one, two] = [pod(1), pod(12)];
  const inside = (id: string) => ({ tool: 'ip', netns: `wf-${id.replace('_', '-')}`, ops: [] }) as const;

  it('takes a pod that nothing is missing of for running', () => {
    expect(placePods([one, two], [], []).get(one.id)).toEqual({ phase: 'Running' });
  });

  it('blames only the pod whose step failed', () => {
    const places = placePods([one, two], [inside(one.id)], [{ step: inside(one.id), message: 'RTNETLINK answers: Invalid argument' }]);
    expect(places.get(one.id)).toEqual({ phase: 'Failed', message: 'RTNETLINK answers: Invalid argument' });
    expect(places.get(two.id)).toEqual({ phase: 'Running' });
  });

  it('lets a pod wait that is missing for another reason', () => {
    expect(placePods([one], [{ tool: 'netns-add', names: ['wf-pod-p1'] }], []).get(one.id)).toEqual({ phase: 'Pending' });
  });

  it('finds a link in the path of a setting', () => {
    const key = `net/ipv4/conf/${podLinkName(one.id)}/rp_filter`;
    const places = placePods([one, two], [{ tool: 'sysctl', netns: null, sysctls: [{ netns: null, key, value: '1' }] }], []);
    expect([places.get(one.id)?.phase, places.get(two.id)?.phase]).toEqual(['Pending', 'Running']);
  });
});

describe('podReport', () => {
  it.each([
    [{ phase: 'Running' } as const, null, { phase: 'Running', ready: true, reason: 'Ready' }],
    [{ phase: 'Running' } as const, NOT_PROBED, { phase: 'Running', ready: false, reason: 'NotProbed' }],
    [{ phase: 'Running' } as const, { ready: false, failures: 2, message: 'x' }, { phase: 'Running', ready: false, reason: 'ProbeFailed' }],
    [{ phase: 'Running' } as const, { ready: true, failures: 1, message: 'x' }, { phase: 'Running', ready: true, reason: 'Ready' }],
    [{ phase: 'Pending' } as const, null, { phase: 'Pending', ready: false, reason: 'NotWired' }],
    [{ phase: 'Failed', message: 'no' } as const, null, { phase: 'Failed', ready: false, reason: 'StepFailed', message: 'no' }],
  ])('%j with %j', (placement, readiness, expected) => {
    expect(podReport(pod(1), placement, readiness)).toMatchObject(expected);
  });
});
