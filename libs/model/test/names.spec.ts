import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DnsLabel, isOurLink, LINK_NAME_MAX, mac, makeId, podLinkName, podNetnsName } from '../src/index.ts';

test('a pod link name fits the kernel and is recognised as ours', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-z]{1,40}$/), (body) => {
      const id = makeId('pod', body);
      expect(podLinkName(id).length).toBeLessThanOrEqual(LINK_NAME_MAX);
      expect(isOurLink(podLinkName(id))).toBe(true);
      expect(podNetnsName(id)).toMatch(/^wf-pod-[0-9a-z]+$/);
    }),
  );
});

test('a pod has the MAC of its address, whichever pod it is', () => {
  expect(mac.pod('100.64.10.2')).toBe('0a:58:64:40:0a:02');
});

test('links of others are not ours', () => {
  for (const name of ['eth0', 'weft1', 'docker0', 'veth12', 'lo']) expect(isOurLink(name)).toBe(false);
});

test.each(['a; rm -rf /', '$(id)', '`id`', 'A', '-a', 'a-', 'a.b', '', 'x'.repeat(64), 'a\nb', '../x'])('%j is no name', (name) =>
  expect(DnsLabel.safeParse(name).success).toBe(false),
);

test('an id body with anything else is refused', () => expect(() => makeId('pod', 'a/b')).toThrow(RangeError));
