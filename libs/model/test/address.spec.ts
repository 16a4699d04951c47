import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressOrder,
  contains,
  Ipv4,
  Ipv4Cidr,
  Ipv4Interface,
  isAddress,
  isCidr,
  networkOf,
  nth,
  overlaps,
  sizeOf,
} from '../src/index.ts';

const octet = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const network = fc.tuple(ipv4, fc.integer({ min: 8, max: 30 })).map(([ip, length]) => networkOf(`${ip}/${length}`));

describe('canonical text only', () => {
  test.each(['100.64.0.1', 'fd00::2', '0.0.0.0', '255.255.255.255'])('%s is an address', (text) => expect(isAddress(text)).toBe(true));
  test.each(['100.64.0.01', '100.64.1', '256.0.0.1', 'FD00::2', 'fd00:0::2', '1.2.3.4/32', '', '$(id)', '1.2.3.4\n'])(
    '%j is none',
    (text) => expect(isAddress(text)).toBe(false),
  );
  test.each(['100.64.0.0/16', '0.0.0.0/0', 'fd00::/64'])('%s is a range', (text) => expect(isCidr(text)).toBe(true));
  test.each(['100.64.0.1/16', '100.64.0.0', '100.64.0.0/33', '100.64.0.0/016', '100.64.0.0/16/1'])('%s is none', (text) =>
    expect(isCidr(text)).toBe(false),
  );
  test('the schemas take IPv4 alone', () => {
    expect(Ipv4.safeParse('fd00::2').success).toBe(false);
    expect(Ipv4Cidr.safeParse('fd00::/64').success).toBe(false);
    expect(Ipv4Interface.safeParse('192.0.2.5/24').success).toBe(true);
    expect(Ipv4Interface.safeParse('192.0.2.5').success).toBe(false);
    expect(Ipv4Interface.safeParse('192.0.2.5/33').success).toBe(false);
  });
});

describe('arithmetic', () => {
  test('a range holds each of its addresses and no neighbour', () => {
    fc.assert(
      fc.property(network, fc.nat(), (cidr, seed) => {
        const size = sizeOf(cidr);
        const offset = Number(BigInt(seed) % size);
        expect(contains(cidr, nth(cidr, offset))).toBe(true);
        expect(addressOrder(nth(cidr, offset)) - addressOrder(nth(cidr, 0))).toBe(BigInt(offset));
        expect(() => nth(cidr, Number(size))).toThrow(RangeError);
      }),
    );
  });
  test('overlap is symmetric and means a shared address', () => {
    fc.assert(
      fc.property(network, network, (a, b) => {
        const shared = contains(a, nth(b, 0)) || contains(b, nth(a, 0));
        expect(overlaps(a, b)).toBe(shared);
        expect(overlaps(b, a)).toBe(shared);
      }),
    );
  });
  test('families never mix', () => expect(contains('0.0.0.0/0', 'fd00::1')).toBe(false));
});
