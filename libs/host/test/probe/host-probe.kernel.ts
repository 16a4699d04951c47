import { spawn } from 'node:child_process';
import { hostProbe } from '@weft/host';
import { DEFAULT_NETWORK } from '@weft/model';
import { eventually } from '@weft/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, createTestHost, type TestHost } from '../test-host.ts';

let at: TestHost;
const probe = () => hostProbe(['nsenter', '-t', String(at.pid), '-n', '-m']);

beforeEach(async () => {
  at = await createTestHost();
  await connect(at, 'eth0', '192.0.2.1/24', at, 'lan', null);
});

afterEach(() => at.destroy());

/** A program that takes UDP port 4790. Every Debian has perl; its name is what the kernel calls the process. */
const LISTEN = 'use IO::Socket::INET; my $port = IO::Socket::INET->new(Proto => "udp", LocalPort => 4790) or die $!; sleep';

describe('probing a host', () => {
  it('finds what it can do and leaves no trace', async () => {
    const before = await at.must(['ip', '-j', 'link', 'show']);
    const { kernel, backends, podLinks, overlays, tools, problems } = await probe().facts();
    expect(kernel).toMatch(/^\d+\.\d+/);
    const { exitCode } = await at.run(['unshare', '--net', '--', 'ipvsadm', '-L']);
    expect(backends).toEqual(exitCode === 0 ? ['nftables', 'iptables', 'ipvs'] : ['nftables', 'iptables']);
    expect({ podLinks, overlays }).toEqual({ podLinks: ['bridge', 'routed'], overlays: ['vxlan', 'direct'] });
    expect(Object.keys(tools)).toEqual(['ip', 'nft', 'iptables', 'ipset']);
    expect(problems).toEqual([]);
    expect(await at.must(['ip', '-j', 'link', 'show'])).toBe(before);
    expect(await at.must(['nft', 'list', 'ruleset'])).toBe('');
  });

  it('takes the address on the way to a peer, with the MTU of its link', async () => {
    await at.must(['ip', 'link', 'set', 'eth0', 'mtu', '1400']);
    expect(await probe().nodeAddress(null, '192.0.2.77')).toEqual({ address: '192.0.2.1/24', mtu: 1400 });
    expect(await probe().nodeAddress('192.0.2.1/24', '127.0.0.1')).toEqual({ address: '192.0.2.1/24', mtu: 1400 });
  });

  it.each([
    ['a peer on the host itself', null, '127.0.0.1', /does not leave this host.*WEFT_NODE_ADDRESS/],
    ['a peer that no route leads to', null, '203.0.113.1', /no route to 203\.0\.113\.1.*WEFT_NODE_ADDRESS/],
    ['an address that no link has', '192.0.2.9/24', '192.0.2.77', /no link of this host has the address 192\.0\.2\.9/],
  ])('says what to do about %s', async (_name, fixed, peer, message) => {
    await expect(probe().nodeAddress(fixed, peer)).rejects.toThrow(message);
  });

  it.each([
    ['iptables', ['iptables', '-P', 'FORWARD', 'DROP'], ['iptables', '-A', 'FORWARD', '-i', 'wf+', '-j', 'ACCEPT']],
    [
      'nftables',
      ['nft', 'add table inet fw; add chain inet fw onward { type filter hook forward priority 0; policy drop; }'],
      ['nft', 'add rule inet fw onward iifname "weft0" accept'],
    ],
  ])('sees that %s drops what is forwarded, unless it was told about our links', async (_name, drop, exception) => {
    await at.must(drop);
    expect((await probe().facts()).problems).toMatchObject([{ code: 'ForwardDropped' }]);
    await at.must(exception);
    expect((await probe().facts()).problems).toEqual([]);
  });

  it('sees a program where tunnels arrive, and shares the port with other VXLAN devices', async () => {
    expect(await probe().tunnelPortConflicts(4789)).toEqual([]);
    await at.must(['ip', 'link', 'add', 'theirs', 'type', 'vxlan', 'id', '9', 'dstport', '4789', 'dev', 'eth0']);
    await at.must(['ip', 'link', 'set', 'theirs', 'up']);
    expect(await probe().tunnelPortConflicts(4789)).toEqual([]);
    const listener = spawn('nsenter', ['-t', String(at.pid), '-n', '-m', 'perl', '-e', LISTEN]);
    await eventually('a program on the port', async () => (await probe().tunnelPortConflicts(4790)).length > 0);
    expect(await probe().tunnelPortConflicts(4790)).toMatchObject([
      { code: 'TunnelPortTaken', message: expect.stringContaining('perl (process ') },
    ]);
    listener.kill();
  });

  it('sees a route of somebody else in the pod range', async () => {
    expect(await probe().poolConflicts(DEFAULT_NETWORK)).toEqual([]);
    await at.must(['ip', 'route', 'add', '100.64.0.0/10', 'dev', 'eth0', 'table', '52']);
    expect(await probe().poolConflicts(DEFAULT_NETWORK)).toMatchObject([{ code: 'PoolConflict' }]);
  });
});
