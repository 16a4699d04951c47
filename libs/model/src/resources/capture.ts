import { z } from 'zod';

/** The most of a capture that can be asked for, and what is captured when nothing is said. */
export const CAPTURE_CAPS = {
  count: { default: 1_000, max: 100_000 },
  bytes: { default: 16 * 1024 * 1024, max: 256 * 1024 * 1024 },
  seconds: { default: 60, max: 600 },
  snaplen: { default: 256, max: 65_535 },
} as const;

/** The least that a capture may be limited to, in bytes: the header that begins every stream (draft-ietf-opsawg-pcap §4). */
export const CAPTURE_BYTES_MIN = 24;

/** Longest filter. */
const FILTER_MAX = 512;

/** Words of pcap-filter(7) that say by themselves what they mean. A name of a host is none of them: it would be asked of the resolver. */
const WORDS: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', '&&', '||', '!', '(', ')', '&', '=', '==', '!='],
  ...['src', 'dst', 'host', 'net', 'port', 'portrange', 'less', 'greater', 'broadcast', 'multicast'],
  ...['ip', 'ip6', 'arp', 'icmp', 'icmp6', 'tcp', 'udp', 'sctp'],
  ...['tcp[tcpflags]', 'tcp-syn', 'tcp-ack', 'tcp-fin', 'tcp-rst', 'tcp-push'],
]);

/** Numbers, ranges of ports, addresses and ranges of addresses. */
const VALUE = /^(\d{1,5}(-\d{1,5})?|\d{1,3}(\.\d{1,3}){1,3}(\/\d{1,2})?|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}(\/\d{1,3})?)$/;

const TOKEN = /&&|\|\||!=|==|[()!&=]|[^\s()!&|=]+|\S/g;

/** The words of a filter that it may not have. */
export function strangeWords(filter: string): string[] {
  return (filter.match(TOKEN) ?? []).filter((word) => !WORDS.has(word) && !VALUE.test(word));
}

/** A filter of packets: pcap-filter(7) without names, which would have to be looked up, and without arithmetic but that of TCP's flags. */
export const CaptureFilter = z
  .string()
  .max(FILTER_MAX)
  .superRefine((filter, context) => {
    const [word] = strangeWords(filter);
    if (word === undefined) return;
    const message = `${JSON.stringify(word)} cannot stand in a filter; addresses and ports are numbers, as in: tcp and host 100.64.0.5 and not port 22`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('only packets that this names, in the words of pcap-filter(7): tcp and host 100.64.0.5 and not port 22');

/** What may be captured: which packets, and the most of them. */
export const CaptureTerms = z.strictObject({
  filter: CaptureFilter,
  count: z.int().min(1).max(CAPTURE_CAPS.count.max).describe('packets after which it ends'),
  bytes: z
    .int()
    .min(CAPTURE_BYTES_MIN)
    .max(CAPTURE_CAPS.bytes.max)
    .describe('bytes of the stream, its headers included, that it does not exceed'),
  seconds: z.int().min(1).max(CAPTURE_CAPS.seconds.max).describe('seconds after which it ends'),
  snaplen: z.int().min(1).max(CAPTURE_CAPS.snaplen.max).describe('bytes of each packet that are kept'),
});
export type CaptureTerms = z.infer<typeof CaptureTerms>;
