import type { DesiredService } from '@weft/model';
import { desired, plan, service, tcp, udp } from '@weft/testing/desired';
import { expect, it } from 'vitest';
import { follow } from '../../src/decide/follow.ts';

const hasUdp = ({ ports }: DesiredService) => ports.some(({ protocol }) => protocol === 'UDP');
const state = (...services: readonly DesiredService[]) => desired({ services });
const one = service(1, [tcp(80, [])]);
const dns = service(2, [udp(53, [])]);
const before = state(one, dns);
const seen = follow(hasUdp, null, { desired: before, delta: null });

/** Follows from `before` to a state that came of it by a delta. */
function after(services: readonly DesiredService[], changed: readonly DesiredService[], removed: readonly string[] = []) {
  const pull = { services: [...changed], removed: [...removed] };
  return follow(hasUdp, seen, { desired: state(...services), delta: { from: before, pull } });
}

it('knows the services of its kind', () => {
  expect(seen.ids).toEqual(new Set([dns.id]));
});

it.each([
  ['another service changed', after([{ ...one, revision: 2 }, dns], [{ ...one, revision: 2 }])],
  ['another service went', after([dns], [], [one.id])],
  ['nothing changed', follow(hasUdp, seen, { desired: before, delta: null })],
])('sees no change when %s', (_name, followed) => {
  expect(followed.ids).toBe(seen.ids);
});

const changed = service(2, [udp(53, [plan.pod(1, 1)])]);
const becomes = service(1, [udp(80, [])]);
const was = service(2, [tcp(53, [])]);
it.each([
  ['one of them changed', after([one, changed], [changed]), [dns.id]],
  ['one of them went', after([one], [], [dns.id]), []],
  ['a service became one', after([becomes, dns], [becomes]), [one.id, dns.id]],
  ['one of them is none any more', after([one, was], [was]), []],
  ['the state came whole', follow(hasUdp, seen, { desired: state(one, dns), delta: null }), [dns.id]],
])('looks again when %s', (_name, followed, ids) => {
  expect(followed.ids).not.toBe(seen.ids);
  expect(followed.ids).toEqual(new Set(ids));
});

it('goes on from a state without change', () => {
  const next = after([dns], [], [one.id]);
  const pull = { services: [changed], removed: [] };
  const last = state(changed);
  expect(follow(hasUdp, next, { desired: last, delta: { from: { ...last, services: next.services }, pull } }).ids).not.toBe(next.ids);
});
