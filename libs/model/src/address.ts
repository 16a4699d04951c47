import { Address4, Address6 } from 'ip-address';
import { z } from 'zod';

const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

function parse(text: string): Address4 | Address6 {
  return V4.test(text.split('/')[0] ?? '') ? new Address4(text) : new Address6(text);
}

function canonical(parsed: Address4 | Address6): string {
  return parsed.correctForm();
}

/** True for a canonical host address: no prefix length, no leading zeros, no alternative spelling. */
export function isAddress(text: string): boolean {
  // As nearly all are, of which an answer of the control plane holds tens of thousands.
  if (z.regexes.ipv4.test(text)) return true;
  if (text.includes('/')) return false;
  try {
    return canonical(parse(text)) === text;
  } catch {
    return false;
  }
}

/** True for a canonical range with no host bits set, such as `100.64.0.0/16`. */
export function isCidr(text: string): boolean {
  const [host, length, extra] = text.split('/');
  if (host === undefined || length === undefined || extra !== undefined || !/^\d{1,3}$/.test(length)) return false;
  try {
    const parsed = parse(text);
    return canonical(parsed.startAddress()) === host && String(parsed.subnetMask) === length;
  } catch {
    return false;
  }
}

/** True when the range holds the address. Addresses of the other family are in no range. */
export function contains(cidr: string, address: string): boolean {
  const range = parse(cidr);
  const host = parse(address);
  if (range instanceof Address4 && host instanceof Address4) return host.isInSubnet(range);
  if (range instanceof Address6 && host instanceof Address6) return host.isInSubnet(range);
  return false;
}

/** True when two ranges share at least one address. */
export function overlaps(a: string, b: string): boolean {
  return contains(a, firstOf(b)) || contains(b, firstOf(a));
}

/** The network address of a range: its first. */
export function firstOf(cidr: string): string {
  return canonical(parse(cidr).startAddress());
}

/** The prefix length of a range or of an address with one. */
export function prefixLength(cidr: string): number {
  return parse(cidr).subnetMask;
}

/** The range that an interface address such as `192.0.2.5/24` lies in: `192.0.2.0/24`. */
export function networkOf(interfaceAddress: string): string {
  return `${firstOf(interfaceAddress)}/${prefixLength(interfaceAddress)}`;
}

/** The address `offset` places after the first of the range. Throws RangeError outside the range. */
export function nth(cidr: string, offset: number): string {
  const range = parse(cidr);
  const value = range.startAddress().bigInt() + BigInt(offset);
  if (offset < 0 || value > range.endAddress().bigInt()) throw new RangeError(`${cidr} has no address number ${offset}`);
  return canonical(range instanceof Address4 ? Address4.fromBigInt(value) : Address6.fromBigInt(value));
}

/** How many addresses the range holds, its first and last included. */
export function sizeOf(cidr: string): bigint {
  const { first, last } = rangeOf(cidr);
  return last - first + 1n;
}

/** The first and the last address of a range, or of the subnet of an interface address such as `192.0.2.5/24`, as `addressOrder` numbers them. */
export function rangeOf(cidr: string): { readonly first: bigint; readonly last: bigint } {
  const range = parse(cidr);
  return { first: range.startAddress().bigInt(), last: range.endAddress().bigInt() };
}

/** A number that orders addresses of one family. */
export function addressOrder(text: string): bigint {
  return parse(text).bigInt();
}

/** A canonical IPv4 host address. */
export const Ipv4 = z
  .string()
  .max(15)
  .refine((text) => V4.test(text) && isAddress(text), 'must be a canonical IPv4 address such as 100.64.1.2')
  .meta({ format: 'ipv4' });

/** A canonical IPv4 range with no host bits set. */
export const Ipv4Cidr = z
  .string()
  .max(18)
  .refine((text) => V4.test(text.split('/')[0] ?? '') && isCidr(text), 'must be an IPv4 range such as 100.64.0.0/16');

/** An IPv4 interface address with its prefix length, such as `192.0.2.5/24`. */
export const Ipv4Interface = z
  .string()
  .max(18)
  .refine((text) => {
    const [host, length] = text.split('/');
    return (
      host !== undefined && V4.test(host) && isAddress(host) && length !== undefined && /^\d{1,2}$/.test(length) && Number(length) <= 32
    );
  }, 'must be an IPv4 address with a prefix length such as 192.0.2.5/24');
