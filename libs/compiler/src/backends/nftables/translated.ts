const TRANSPORT = 'meta l4proto { tcp, udp, sctp }';
const SERVICE_KEY = 'ct original ip daddr . meta l4proto . ct original proto-dst';

/**
 * What packets of a translated connection, in both directions, were for, as keys of a portal's maps. nft 1.0.6 knows what `proto-dst` is only in a
 * rule that asks for the protocol first.
 */
export const TRANSLATED = {
  transport: TRANSPORT,
  key: SERVICE_KEY,
  service: `${TRANSPORT} ${SERVICE_KEY}`,
  nodePort: `${TRANSPORT} meta l4proto . ct original proto-dst`,
} as const;
