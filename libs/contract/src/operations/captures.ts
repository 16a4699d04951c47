import { CAPTURE_BYTES_MIN, CAPTURE_CAPS, CaptureFilter, DnsLabel, type IdKind } from '@weft/model';
import { z } from 'zod';
import type { OperationDefinition, Parts } from '../definition.ts';
import { wholeNumber } from '../lists.ts';
import type { Permission } from '../permissions.ts';
import { objectOf, text } from '../shapes.ts';

/** Content type of a capture (www.iana.org/assignments/media-types). */
export const PCAP_TYPE = 'application/vnd.tcpdump.pcap';

const cap = (name: keyof typeof CAPTURE_CAPS, what: string, min = 1) => {
  const { default: usual, max } = CAPTURE_CAPS[name];
  return wholeNumber(min, max).default(usual).describe(`${what}; ${usual} when nothing is said, at most ${max}`);
};

/** The query of every capture. */
const CaptureQuery = z.strictObject({
  filter: CaptureFilter.default(''),
  count: cap('count', 'packets after which it ends'),
  bytes: cap('bytes', 'bytes of the answer that it does not exceed', CAPTURE_BYTES_MIN),
  seconds: cap('seconds', 'seconds after which it ends'),
  snaplen: cap('snaplen', 'bytes of each packet that are kept'),
});

const DESCRIPTION =
  'The answer is a pcap stream that is valid from its first byte: packets come as they are seen, until the client hangs up or the first of the caps is reached. ' +
  'It is recorded who captured what, before the first packet is sent.';

/** Captures packets of one object. */
function capture<K extends IdKind, Q extends Parts>(options: {
  readonly kind: K;
  readonly path: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly description: string;
  readonly query: Q;
}) {
  const { kind, query, description, ...rest } = options;
  return {
    ...text({ ...rest, id: `${kind}Capture`, tag: 'packets', contentType: PCAP_TYPE, description: `${DESCRIPTION} ${description}` }),
    params: objectOf(kind),
    query,
    problems: ['NotFound', 'BadRequest', 'ValidationFailed', 'UnknownField', 'Unavailable'],
  } satisfies OperationDefinition;
}

export const podCapture = capture({
  kind: 'pod',
  path: '/pods/{id}/capture',
  permission: 'capture.start',
  summary: 'Capture packets of a pod',
  description: 'It is captured in the pod, on its link.',
  query: CaptureQuery,
});

export const nodeCapture = capture({
  kind: 'node',
  path: '/nodes/{id}/capture',
  permission: 'node.capture',
  summary: 'Capture packets of a node',
  description:
    'It is captured on all links of the node at once (LINUX_SLL2), so that a packet which is forwarded is there once for each link. ' +
    'What its executor says to the control plane and to Redis is left out.',
  query: CaptureQuery,
});

export const serviceCapture = capture({
  kind: 'service',
  path: '/services/{id}/capture',
  permission: 'capture.start',
  summary: 'Capture packets of the pods behind a service',
  description: 'It is captured in each of those pods, where addresses are translated already, and the packets of all are merged by time.',
  query: CaptureQuery.extend({ node: DnsLabel.optional().describe('only pods on the node of this name') }),
});
