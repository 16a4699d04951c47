/** Matches what has ports. nft 1.0.6 knows what `ct original proto-dst` is only in a rule that asks for the protocol first. */
export const TRANSPORT = 'meta l4proto { tcp, udp, sctp }';
