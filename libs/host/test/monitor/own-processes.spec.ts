import { expect, it } from 'vitest';
import { OwnProcesses, sharesNumbers } from '../../src/monitor/own-processes.ts';

it('where numbers are the same, knows its own by number alone, and for a while after they ended', () => {
  let now = 0;
  const own = new OwnProcesses(true, () => now);
  const handle = own.began(7, '/usr/sbin/nft');
  expect(own.includes({ pid: 7, name: 'nft' })).toBe(true);
  expect(own.includes({ pid: 8, name: 'nft' })).toBe(false);
  handle.ended();
  expect(own.includes({ pid: 7, name: 'nft' })).toBe(true);
  now = 6_000;
  expect(own.includes({ pid: 7, name: 'nft' })).toBe(false);
});

it('elsewhere, takes the first of its name while it is at work, and then only that one', () => {
  let now = 0;
  const own = new OwnProcesses(false, () => now);
  const handle = own.began(7, 'iptables-restore');
  handle.active(false);
  expect(own.includes({ pid: 3007, name: 'iptables-restor' })).toBe(false);
  handle.active(true);
  expect(own.includes({ pid: 3008, name: 'nft' })).toBe(false);
  expect(own.includes({ pid: 3007, name: 'iptables-restor' })).toBe(true);
  expect(own.includes({ pid: 3009, name: 'iptables-restor' })).toBe(false);
  handle.active(false);
  expect(own.includes({ pid: 3007, name: 'iptables-restor' })).toBe(true);

  own.began(9, 'nft').ended();
  now = 2_000;
  expect(own.includes({ pid: 3010, name: 'nft' })).toBe(false);
});

it('counts on the numbers only where nothing leads into another PID namespace', () => {
  expect(sharesNumbers(['nsenter', '--target', '5', '--pid', '--net', '--'])).toBe(false);
});
