import type { ReachabilityNote } from '@weft/model';
import { hostOf } from '../network/peers.ts';
import { type Journey, lastOf } from './journey.ts';

/** Rules of others that are told in a note. */
const DOUBTS_MAX = 3;

/** Where a node's own default route is trusted to lead to another node. */
function trusting(journey: Journey): ReachabilityNote[] {
  return journey.flatMap(({ node, crossing: { end } }, at): ReachabilityNote[] => {
    const next = journey[at + 1]?.node;
    if (next === undefined || end.kind !== 'network' || end.tunnel || end.next === (next.address && hostOf(next.address))) return [];
    return [
      { code: 'NetworkBetweenNodes', node: node.name, text: `the network behind ${node.name} is trusted to bring it to ${next.name}` },
    ];
  });
}

/** Rules of others on the way that are not understood. */
function doubting(journey: Journey): ReachabilityNote[] {
  return journey.flatMap(({ node, crossing: { doubts } }): ReachabilityNote[] => {
    if (doubts.length === 0) return [];
    const some = doubts.slice(0, DOUBTS_MAX).map(({ place, text }) => `${place}: ${text}`);
    const more = doubts.length > DOUBTS_MAX ? ` and ${doubts.length - DOUBTS_MAX} more` : '';
    return [
      {
        code: 'RulesOfOthers',
        node: node.name,
        text: `on ${node.name} others may end it, by rules that are not understood: ${some.join('; ')}${more}`,
      },
    ];
  });
}

/** So little is lost by adding up shares. */
const ROUNDING = 0.001;

/** That not every way was followed that connections take. */
function leftOut(all: readonly Journey[]): ReachabilityNote[] {
  const share = all.reduce((sum, journey) => sum + lastOf(journey).crossing.share, 0);
  if (share > 1 - ROUNDING) return [];
  return [{ code: 'EndpointsLeftOut', node: null, text: `${Math.round((1 - share) * 100)} % of connections take ways that are not told` }];
}

/** What on their ways may be otherwise than computed, each once. */
export function notesOn(all: readonly Journey[]): ReachabilityNote[] {
  const notes = [...leftOut(all), ...all.flatMap((journey) => [...trusting(journey), ...doubting(journey)])];
  return [...new Map(notes.map((note) => [note.text, note])).values()];
}
