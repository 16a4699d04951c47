import { type IpsetOp, type IpvsDestination, type IpvsOp, type IpvsService, renderIpsetRestore, renderIpvsRestore } from '@weft/kernel';
import { describe, expect, it } from 'vitest';
import { diffIpsets } from '../../src/ipset/diff.ts';
import { diffIpvs } from '../../src/ipvs/diff.ts';

const at = (port: number) => ({ protocol: 'tcp', address: '198.19.0.1', port }) as const;
const to = (host: number, weight = 1): IpvsDestination => ({ ip: `100.64.1.${host}`, port: 8080, weight, forwarding: 'masq' });
const virtual = (port: number, destinations: readonly IpvsDestination[], changes: Partial<IpvsService> = {}): IpvsService => ({
  frontend: at(port),
  scheduler: 'rr',
  flags: [],
  persistence: null,
  destinations,
  ...changes,
});

const lines = (ops: readonly IpvsOp[]) => renderIpvsRestore(ops).split('\n').filter(Boolean);

function changed(desired: readonly IpvsService[], observed: readonly IpvsService[]) {
  const { put, drop } = diffIpvs(desired, observed);
  return { put: lines(put), drop: lines(drop) };
}

describe('virtual services', () => {
  it('that are equal need nothing, whatever is known of their connections', () => {
    const observed = [virtual(80, [{ ...to(2, 0), connections: 7 }])];
    expect(changed([virtual(80, [to(2, 0)])], observed)).toEqual({ put: [], drop: [] });
  });

  it('come with their destinations and go with them', () => {
    expect(changed([virtual(80, [to(2)])], [virtual(81, [to(3)])])).toEqual({
      put: ['-A -t 198.19.0.1:80 -s rr', '-a -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 1'],
      drop: ['-D -t 198.19.0.1:81'],
    });
  });

  it('get new destinations before old ones are quieted, and those before any is deleted', () => {
    const before = [virtual(80, [to(2), to(3), to(4)])];
    expect(changed([virtual(80, [to(2, 0), to(4, 5), to(5)])], before)).toEqual({
      put: ['-e -t 198.19.0.1:80 -r 100.64.1.4:8080 -m -w 5', '-a -t 198.19.0.1:80 -r 100.64.1.5:8080 -m -w 1'],
      drop: ['-e -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 0', '-d -t 198.19.0.1:80 -r 100.64.1.3:8080'],
    });
  });

  it.each([
    ['scheduler', { scheduler: 'lc' }, '-E -t 198.19.0.1:80 -s lc'],
    ['flags', { flags: ['sh-port'] }, '-E -t 198.19.0.1:80 -s rr -b sh-port'],
    ['persistence', { persistence: { timeoutSeconds: 9, netmask: '255.255.255.255' } }, '-E -t 198.19.0.1:80 -s rr -p 9'],
  ])('that differ in their %s are edited', (_, changes, line) => {
    expect(changed([virtual(80, [to(2)], changes)], [virtual(80, [to(2)])])).toEqual({ put: [line], drop: [] });
  });

  it('that somebody has sent another way are led back', () => {
    const observed = [virtual(80, [{ ...to(2), forwarding: 'gate' }])];
    expect(changed([virtual(80, [to(2)])], observed).put).toEqual(['-e -t 198.19.0.1:80 -r 100.64.1.2:8080 -m -w 1']);
  });
});

const set = (elements: readonly string[], name = 'WEFT-A') => ({ name, type: 'hash:ip,port', skbinfo: true, elements }) as const;
const setLines = (ops: readonly IpsetOp[]) => renderIpsetRestore(ops).split('\n').filter(Boolean);

describe('sets', () => {
  it('change element by element; what an element carries is changed in place', () => {
    const before = set(['1.1.1.1,tcp:1 skbmark 0x1', '1.1.1.2,tcp:1', '1.1.1.3,tcp:1']);
    const { put, drop } = diffIpsets([set(['1.1.1.1,tcp:1 skbmark 0x2', '1.1.1.2,tcp:1', '1.1.1.4,tcp:1'])], [before]);
    expect(setLines(put)).toEqual(['add WEFT-A 1.1.1.1,tcp:1 skbmark 0x2', 'add WEFT-A 1.1.1.4,tcp:1']);
    expect(setLines(drop)).toEqual(['del WEFT-A 1.1.1.3,tcp:1']);
  });

  it('come whole and go whole', () => {
    const { put, drop } = diffIpsets([set(['1.1.1.1,tcp:1'])], [set(['1.1.1.1,tcp:1'], 'WEFT-B')]);
    expect(setLines(put)).toEqual(['create WEFT-A hash:ip,port family inet maxelem 1048576 skbinfo', 'add WEFT-A 1.1.1.1,tcp:1']);
    expect(setLines(drop)).toEqual(['destroy WEFT-B']);
  });

  it('of another kind are asked for again, which the kernel refuses while rules ask them', () => {
    const { put } = diffIpsets([set([])], [{ ...set([]), skbinfo: false }]);
    expect(setLines(put)).toEqual(['create WEFT-A hash:ip,port family inet maxelem 1048576 skbinfo']);
  });
});
