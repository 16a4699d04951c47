import { ipvsObjects } from '../inventory/ipvs.ts';
import { parseIpvsSave } from '../ipvs/parse.ts';
import type { Sought } from './sought.ts';

const DESTINATION = /^-a (-t|-u|-f|--sctp-service) (\S+) -r /;
const LISTED = /^(TCP|UDP|SCTP|FWM)\s+(\S+)/;
/** What follows are words of nft in its own lines of this beginning. */
const SET = /^(create|add) (?!(?:table|chain|set|map|element|rule) )(\S+) (.+)$/;

/** What a line of `ipvsadm -S -n` or `-L -n`, or of `ipset save`, tells of. */
export function pastedIpvs(line: string): Sought[] {
  const [, kind, name] = DESTINATION.exec(line) ?? [];
  const [last] = parseIpvsSave(kind === undefined ? line : `-A ${kind} ${name} -s rr\n${line}`)
    .flatMap(ipvsObjects)
    .slice(-1);
  if (last !== undefined) return [{ kinds: [last.kind], place: last.place, key: last.key }];
  const [, protocol, frontend] = LISTED.exec(line) ?? [];
  if (protocol !== undefined)
    return [{ kinds: ['ipvs-service'], key: `${protocol === 'FWM' ? 'fwmark' : protocol.toLowerCase()} ${frontend}` }];
  const [, verb, set = '', rest = ''] = SET.exec(line) ?? [];
  if (verb === 'create') return [{ kinds: ['ipset'], key: set }];
  return verb === 'add' ? [{ kinds: ['ipset-element'], place: `ipset ${set}`, key: rest }] : [];
}
