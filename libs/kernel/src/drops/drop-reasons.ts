/** What of the kernel's names for its reasons does not say itself what an operator would look for (include/net/dropreason-core.h). */
const WORDS: Readonly<Record<string, string>> = {
  IP_RPFILTER: 'its source is not routed back where it came from (rp_filter)',
  IP_LOCAL_SOURCE: 'its source is an address of this host',
  IP_LOCALNET: 'an address of 127.0.0.0/8 does not leave its host',
  IP_INADDRERRORS: 'it may not be forwarded between these links',
  NETFILTER_DROP: 'by a rule that nft does not show, as of iptables-legacy, or by IPVS',
  NO_SOCKET: 'nothing listens there',
  SOCKET_RCVBUFF: 'whoever listens does not read fast enough',
  TCP_LISTEN_OVERFLOW: 'whoever listens does not accept fast enough',
};

const PREFIX = /^SKB_(DROP_REASON_)?/;

/**
 * A reason for which a kernel drops packets, by its number and that kernel's own names of them (`enum skb_drop_reason`): a number is another reason on another kernel. What it has no name for there, such as
 * the reasons of a part of its own that has numbers of its own, is told by its number.
 */
export function dropReason(number: number, names: ReadonlyMap<number, string>): string {
  const name = names.get(number);
  if (name === undefined) return `reason ${number}, for which this kernel has no name`;
  const short = name.replace(PREFIX, '');
  const words = WORDS[short];
  return words === undefined ? short : `${short}, ${words}`;
}
