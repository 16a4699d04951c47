import { describe, expect, it } from 'vitest';
import { answeredBy, answeredByOneOf, cameFrom, readEchoes, refused } from '../../src/demo/trips.ts';

const echo = (pod: string, client: string) => `default/${pod}\nclient ${client}:4711\nserver 100.64.0.2:8080\nhost 198.19.0.1\n`;
const came = (text: string, more: object = {}) => ({ exitCode: 0, ms: 5, times: 1, ...readEchoes(text), ...more });

describe('readEchoes', () => {
  it('counts who answered and collects what they saw', () => {
    const { answers, clients } = readEchoes(echo('pod-1', '10.0.0.1') + echo('pod-2', '10.0.0.2') + echo('pod-1', '10.0.0.1'));
    expect(Object.fromEntries(answers)).toEqual({ 'pod-1': 2, 'pod-2': 1 });
    expect([...clients]).toEqual(['10.0.0.1', '10.0.0.2']);
  });
});

describe('what a trip expects', () => {
  const both = echo('pod-1', '10.0.0.1') + echo('pod-2', '10.0.0.1');

  it('answeredBy: every pod that should, no other, and no connection lost', () => {
    expect(answeredBy('pod-1', 'pod-2')(came(both, { times: 2 }))).toEqual({ ok: true, saw: 'pod-1 1×, pod-2 1× of 2' });
    expect(answeredBy('pod-1', 'pod-2')(came(both, { times: 3 })).ok).toBe(false);
    expect(answeredBy('pod-1')(came(both, { times: 2 })).ok).toBe(false);
    expect(answeredBy('pod-1', 'pod-2', 'pod-3')(came(both, { times: 2 })).ok).toBe(false);
    expect(answeredBy('pod-1')(came('', { exitCode: 28, ms: 3000 }))).toEqual({ ok: false, saw: 'no answer in 3000 ms' });
  });

  it('answeredByOneOf: one of those, and only one', () => {
    expect(answeredByOneOf('pod-1', 'pod-9')(came(echo('pod-1', '10.0.0.1'))).ok).toBe(true);
    expect(answeredByOneOf('pod-9')(came(echo('pod-1', '10.0.0.1'))).ok).toBe(false);
  });

  it('cameFrom: the address that the other end saw', () => {
    expect(cameFrom('10.0.0.1')(came(both)).ok).toBe(true);
    expect(cameFrom('10.0.0.1')(came(both + echo('pod-1', '10.0.0.9'))).ok).toBe(false);
    expect(cameFrom('10.0.0.1')(came('', { exitCode: 7 })).ok).toBe(false);
  });

  it('refused: at once, and really refused', () => {
    expect(refused(came('', { exitCode: 7, ms: 12 }))).toEqual({ ok: true, saw: 'refused after 12 ms' });
    expect(refused(came('', { exitCode: 7, ms: 2900 })).ok).toBe(false);
    expect(refused(came('', { exitCode: 28, ms: 3000 })).ok).toBe(false);
    expect(refused(came(both)).ok).toBe(false);
  });
});
