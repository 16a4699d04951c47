import { desired, endpoint, plan, service, tcp } from '@weft/testing/desired';
import { describe, expect, it } from 'vitest';
import { healthAnswer } from '../../src/health/health-answer.ts';
import { healthChecks } from '../../src/health/health-checks.ts';
import { isAlive, isInShape } from '../../src/health/in-shape.ts';

const [one, two, far] = [plan.pod(1, 1), plan.pod(1, 2), plan.pod(2, 1)];

describe('the health checks of a node', () => {
  const checked = (...endpoints: Parameters<typeof tcp>[1]) =>
    healthChecks(
      desired({ services: [service(1, [tcp(80, [...endpoints]), tcp(81, [...endpoints])], { healthCheckNodePort: 31_000 })] }),
      'node_1',
    ).get(31_000);

  it.each([
    ['none without endpoints', checked(), 0],
    ['none for endpoints of other nodes', checked(far), 0],
    ['each pod once, whatever ports it is behind', checked(one, two, far), 2],
    ['none that terminates', checked(endpoint(one, { terminating: true }), two), 1],
    ['none that gets no new connection', checked(endpoint(one, { weight: 0 }), two), 1],
  ])('count %s', (_name, check, localEndpoints) => {
    expect(check).toEqual({ namespace: 'default', name: 'service-1', localEndpoints });
  });

  it('are those of services that ask for one', () => {
    expect(healthChecks(desired({ services: [service(1, [tcp(80, [one])])] }), 'node_1').size).toBe(0);
  });
});

describe('the answer to a health check', () => {
  it.each([
    [2, true, 200],
    [0, true, 503],
    [2, false, 503],
  ])('with %d endpoints and a dataplane in shape (%s) is %d', (localEndpoints, healthy, status) => {
    const answer = healthAnswer({ namespace: 'shop', name: 'web', localEndpoints }, healthy);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-load-balancing-endpoint-weight': `${localEndpoints}` });
    const service_ = { namespace: 'shop', name: 'web' };
    expect(JSON.parse(answer.body)).toEqual({ service: service_, localEndpoints, serviceProxyHealthy: healthy });
  });
});

describe('being in shape', () => {
  it.each([
    [null, 0, false],
    [1_000, 60_999, true],
    [1_000, 61_000, false],
  ])('is having been as wanted, or made a pass, within a minute: at %s, asked at %d', (at, now, expected) => {
    expect(isInShape({ lastConvergedAt: at }, now)).toBe(expected);
    expect(isAlive({ lastPassAt: at }, now)).toBe(expected);
  });
});
