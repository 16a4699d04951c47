import { expect, it } from 'vitest';
import { CaptureFilter, strangeWords } from '../src/index.ts';

it.each([
  '',
  'tcp',
  'tcp port 80 and host 100.64.0.5',
  'udp and (src net 100.64.0.0/16 or dst portrange 30000-32767)',
  '!(arp||icmp)&&not ip6',
  'tcp[tcpflags] & tcp-syn != 0',
  'host fd00::1 and less 128',
])('lets through: %s', (filter) => expect(CaptureFilter.safeParse(filter).success).toBe(true));

it.each([
  ['host example.org', ['example.org']],
  ['-w /tmp/file', ['-w', '/tmp/file']],
  ['port http', ['http']],
  ['gateway router', ['gateway', 'router']],
  ['ip[8] < 5', ['ip[8]', '<']],
  ['tcp; rm', ['tcp;', 'rm']],
  ['tcp | udp', ['|']],
])('keeps out: %s', (filter, words) => {
  expect(strangeWords(filter)).toEqual(words);
  expect(CaptureFilter.safeParse(filter).success).toBe(false);
});

it('says which word it is', () => {
  const { error } = CaptureFilter.safeParse('tcp and host web.example');
  expect(error?.issues[0]?.message).toMatch(/^"web\.example" cannot stand in a filter/);
});
