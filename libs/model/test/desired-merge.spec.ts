import { describe, expect, test } from 'vitest';
import {
  DEFAULT_NETWORK,
  type DesiredPull,
  type DesiredService,
  type DesiredState,
  mergePull,
  PLAIN_TRAFFIC,
  stateChecksum,
} from '../src/index.ts';

const service = (n: number, revision: number): DesiredService => ({
  id: `svc_${n}`,
  revision,
  name: `s-${n}`,
  namespace: 'default',
  clusterIP: `198.19.0.${n}`,
  ...PLAIN_TRAFFIC,
  ports: [],
});

function state(revision: number, services: DesiredService[], epoch = 'e1'): DesiredState {
  return { epoch, revision, cluster: DEFAULT_NETWORK, nodes: [], pods: [], services };
}

function pull(kind: 'snapshot' | 'delta', whole: DesiredState, services: readonly DesiredService[], removed: string[] = []): DesiredPull {
  return { ...whole, kind, checksum: stateChecksum(whole), nodes: [], pods: [], services: [...services], removed };
}

describe('merging a pull', () => {
  const base = state(5, [service(1, 3), service(2, 5)]);
  const target = state(8, [service(1, 7), service(3, 8)]);

  test('a delta gives what a snapshot would', () => {
    const merged = mergePull(base, pull('delta', target, [service(1, 7), service(3, 8)], ['svc_2']));
    expect(merged).toEqual({ ok: true, state: target });
    expect(mergePull(null, pull('snapshot', target, target.services))).toEqual({ ok: true, state: target });
  });
  test('cluster settings that stayed the same stay the same value', () => {
    const same = { ...pull('delta', target, target.services, ['svc_2']), cluster: structuredClone(DEFAULT_NETWORK) };
    const merged = mergePull(base, same);
    expect(merged.ok && merged.state.cluster === base.cluster).toBe(true);
    const changed = mergePull(base, { ...same, cluster: { ...DEFAULT_NETWORK, overlay: 'direct' } });
    expect(changed.ok && changed.state.cluster.overlay).toBe('direct');
  });
  test('a delta that lost an object is refused', () =>
    expect(mergePull(base, pull('delta', target, [service(1, 7)], ['svc_2']))).toMatchObject({
      ok: false,
      refusal: { reason: 'incomplete' },
    }));
  test('a truncated snapshot is refused', () =>
    expect(mergePull(base, pull('snapshot', target, []))).toMatchObject({ ok: false, refusal: { reason: 'incomplete' } }));
  test('a delta needs a base', () => expect(mergePull(null, pull('delta', target, []))).toMatchObject({ refusal: { reason: 'no-base' } }));
  test('a delta of another epoch is refused, a snapshot of it replaces', () => {
    const other = state(2, [service(9, 1)], 'e2');
    expect(mergePull(base, pull('delta', other, other.services))).toMatchObject({ refusal: { reason: 'other-epoch' } });
    expect(mergePull(base, pull('snapshot', other, other.services))).toEqual({ ok: true, state: other });
  });
  test('an older snapshot of the same epoch is refused', () =>
    expect(mergePull(target, pull('snapshot', base, base.services))).toMatchObject({ refusal: { reason: 'older' } }));
});
