import { describe, expect, test } from 'vitest';
import { deriveEndpoints, type SelectablePod } from '../src/index.ts';

const pod = (n: number, over: Partial<SelectablePod> = {}): SelectablePod => ({
  id: `pod_${n}`,
  labels: { app: 'web' },
  ip: `100.64.1.${n}`,
  ports: [
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ],
  weight: 1,
  ready: true,
  wired: true,
  terminating: false,
  withdrawn: null,
  ...over,
});

describe('deriving endpoints', () => {
  const service = (targetPort: number | string, protocol: 'TCP' | 'UDP' = 'TCP') => ({
    selector: { app: 'web' },
    ports: [{ name: null, protocol, targetPort }],
    publishNotReadyAddresses: false,
  });

  test('orders by address, as numbers', () => {
    const ips = deriveEndpoints(service(80), [pod(10), pod(9), pod(2)]).map((endpoint) => endpoint.ip);
    expect(ips).toEqual(['100.64.1.2', '100.64.1.9', '100.64.1.10']);
  });
  test('keeps pods that are not ready, as not ready', () =>
    expect(deriveEndpoints(service(80), [pod(1, { ready: false })])).toMatchObject([{ ready: false }]));
  test('gives a pod that is about to go no new connections, and says whether it could take them', () =>
    expect(deriveEndpoints(service(80), [pod(1, { terminating: true }), pod(2, { terminating: true, ready: false })])).toMatchObject([
      { ready: false, serving: true, terminating: true },
      { ready: false, serving: false, terminating: true },
    ]));
  test('publishes every pod that is wired where that is asked for', () =>
    expect(
      deriveEndpoints({ ...service(80), publishNotReadyAddresses: true }, [
        pod(1, { ready: false }),
        pod(2, { ready: false, wired: false }),
        pod(3, { terminating: true }),
      ]).map(({ ready, serving }) => ({ ready, serving })),
    ).toEqual([
      { ready: true, serving: false },
      { ready: false, serving: false },
      { ready: true, serving: true },
    ]));
  test('carries the weight of the pod', () => expect(deriveEndpoints(service(80), [pod(1, { weight: 7 })])).toMatchObject([{ weight: 7 }]));
  test('leaves out pods the selector does not match', () =>
    expect(deriveEndpoints(service(80), [pod(1, { labels: { app: 'db' } })])).toEqual([]));
  test('resolves a named port on each pod', () =>
    expect(deriveEndpoints(service('http'), [pod(1), pod(2, { ports: [] })])).toMatchObject([{ ip: '100.64.1.1', port: 8080 }]));
  test('a name counts only for its protocol', () => {
    expect(deriveEndpoints(service('dns', 'UDP'), [pod(1)])).toMatchObject([{ port: 53 }]);
    expect(deriveEndpoints(service('dns', 'TCP'), [pod(1)])).toEqual([]);
  });
  test('a service without selector has none', () => expect(deriveEndpoints({ ...service(80), selector: null }, [pod(1)])).toEqual([]));
});
