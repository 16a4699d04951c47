import { DEFAULT_NETWORK } from '@weft/model';
import { describe, expect, it } from 'vitest';
import { type AnyAddressJson, type AnyRouteJson, poolConflicts } from '../../src/probe/pool-conflicts.ts';

const address = (ifname: string, local: string, prefixlen: number): AnyAddressJson => ({
  ifname,
  addr_info: [{ family: 'inet', local, prefixlen }],
});
const found = (routes: AnyRouteJson[], links: AnyAddressJson[] = []) => poolConflicts(DEFAULT_NETWORK, routes, links).map((p) => p.message);

describe('pool conflicts', () => {
  it.each<[string, AnyRouteJson]>([
    ['the default route', { dst: 'default', dev: 'eth0' }],
    ['our own routes', { dst: '100.64.2.0/24', protocol: '87' }],
    ['routes on our links', { dst: '100.64.1.0/24', dev: 'weft0', protocol: 'kernel' }],
    ['entries that are no ways', { type: 'broadcast', dst: '100.64.1.255', dev: 'weft0' }],
    ['other ranges', { dst: '100.65.0.0/16', dev: 'eth0' }],
  ])('does not mind %s', (_name, route) => {
    expect(found([route])).toEqual([]);
  });

  it.each<[string, AnyRouteJson, RegExp]>([
    [
      'a wider route, such as Tailscale makes',
      { dst: '100.64.0.0/10', dev: 'tailscale0' },
      /pod range 100\.64\.0\.0\/16 .* 100\.64\.0\.0\/10 on tailscale0/,
    ],
    ['a single address', { dst: '198.19.4.4', dev: 'eth0' }, /service range 198\.19\.0\.0\/16 .* 198\.19\.4\.4 on eth0/],
  ])('finds %s', (_name, route, message) => {
    expect(found([route])).toEqual([expect.stringMatching(message)]);
  });

  it('finds addresses of links that are not ours', () => {
    const links = [address('eth0', '100.64.200.1', 24), address('weft0', '100.64.1.1', 24), address('lo', '127.0.0.1', 8)];
    expect(found([], links)).toEqual([expect.stringContaining('the address 100.64.200.1 on eth0')]);
  });
});
