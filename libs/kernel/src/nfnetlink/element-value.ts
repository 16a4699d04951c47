import type { MessageWriter } from './message-writer.ts';

/** Of an element's key or data: a value, or a verdict (enum nft_data_attributes), and what a verdict has (enum nft_verdict_attributes). */
const [VALUE, VERDICT] = [1, 2];
const [CODE, CHAIN] = [1, 2];

/** Verdicts that lead nowhere, and those that lead to a chain (uapi/linux/netfilter.h, enum nft_verdicts). */
const ENDS = new Map([
  ['drop', 0],
  ['accept', 1],
]);
const LEADS = new Map([
  ['jump', -3],
  ['goto', -4],
]);

/** Protocols by the names in which nft lists them (IANA, protocol numbers). */
const PROTOCOLS = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['sctp', 132],
]);

/** Numbers without leading zeros, as nft lists them. */
const ADDRESS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;
const NUMBER = /^(?:0|[1-9]\d{0,4})$/;
const LED = /^([a-z]+)(?: (\S+))?$/;

/** Writes a text; false: it is none that is known here, and what was written is nothing. */
type Write = (out: MessageWriter, text: string) => boolean;

function address(out: MessageWriter, text: string): boolean {
  const parts = ADDRESS.exec(text);
  if (parts === null) return false;
  const [a, b, c, d] = [Number(parts[1]), Number(parts[2]), Number(parts[3]), Number(parts[4])];
  if (a > 255 || b > 255 || c > 255 || d > 255) return false;
  out.word((a << 24) | (b << 16) | (c << 8) | d);
  return true;
}

function port(out: MessageWriter, text: string): boolean {
  if (!NUMBER.test(text) || Number(text) > 65_535) return false;
  out.short(Number(text));
  return true;
}

function protocol(out: MessageWriter, text: string): boolean {
  const number = PROTOCOLS.get(text);
  if (number === undefined) return false;
  out.byte(number);
  return true;
}

/** The types of nft(8) that fields of ours have, as the kernel compares them: in the byte order of packets. */
const FIELDS = new Map<string, Write>([
  ['ipv4_addr', address],
  ['inet_proto', protocol],
  ['inet_service', port],
]);

/** Of several fields each takes whole words of four bytes; of one field there is no more than it is. */
const fieldsOf =
  (fields: readonly Write[]): Write =>
  (out, text) => {
    const values = text.split(' . ');
    if (values.length !== fields.length) return false;
    const value = out.open(VALUE);
    for (const [at, write] of fields.entries()) {
      if (!write(out, values[at] ?? '')) return false;
      if (fields.length > 1) out.align();
    }
    out.close(value);
    return true;
  };

function verdict(out: MessageWriter, text: string): boolean {
  const [, word = '', chain] = LED.exec(text) ?? [];
  const code = (chain === undefined ? ENDS : LEADS).get(word);
  if (code === undefined) return false;
  const whole = out.openNested(VERDICT);
  const number = out.open(CODE);
  out.word(code);
  out.close(number);
  if (chain !== undefined) out.text(CHAIN, chain);
  out.close(whole);
  return true;
}

/** What writes keys or data of a type, such as `ipv4_addr . inet_service`; null: it has parts that are not known here. */
export function writerOf(type: string): Write | null {
  if (type === 'verdict') return verdict;
  const fields = type.split(' . ').flatMap((name) => FIELDS.get(name) ?? []);
  return fields.length === type.split(' . ').length ? fieldsOf(fields) : null;
}
