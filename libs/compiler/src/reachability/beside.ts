import type { Arrival, Crossing, CrossingStep, KernelObject, WirePacket } from '@weft/model';
import type { Others, OthersHook } from './others.ts';
import { step, stop } from './step.ts';

/** The priority of address translation before routing (NF_IP_PRI_NAT_DST): chains before it see what the packet was for. */
const TRANSLATION = -100;
const [BEFORE, BEHIND, ALL] = [
  [Number.NEGATIVE_INFINITY, TRANSLATION],
  [TRANSLATION, Number.POSITIVE_INFINITY],
  [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
] as const;

interface Asked {
  readonly hook: OthersHook;
  readonly priorities: readonly [from: number, to: number];
  readonly packet: WirePacket;
}

/** Where others see a packet on its way through the host, as what. An answer is given back its addresses before routing. */
function asked({ origin, packet, answer }: Arrival, crossing: Crossing): Asked[] {
  const { end, packet: left } = crossing;
  const stays = end.kind === 'host';
  if (answer) return stays ? [] : [{ hook: 'forward', priorities: ALL, packet }];
  const [first, then]: [OthersHook, OthersHook] =
    origin.in === 'host' ? ['output', 'postrouting'] : ['prerouting', stays ? 'input' : 'forward'];
  return [
    { hook: first, priorities: BEFORE, packet },
    { hook: first, priorities: BEHIND, packet: left },
    { hook: then, priorities: ALL, packet: left },
  ];
}

/** What becomes of a packet that our rules let pass, by the rules that others have beside them. */
export function beside(others: Others, arrival: Arrival, crossing: Crossing): Crossing {
  if ('why' in crossing.end) return crossing;
  const doubts: KernelObject[] = [];
  for (const { hook, priorities, packet } of asked(arrival, crossing)) {
    const verdict = others.at(hook, priorities, { packet: { ...packet, source: crossing.came }, answer: arrival.answer });
    doubts.push(...verdict.doubts);
    if (verdict.by === null) continue;
    const end = stop(
      verdict.refuses ? 'refused' : 'dropped',
      `${verdict.refuses ? 'refused' : 'dropped'} by "${verdict.by.text}", which is not ours`,
    );
    const met: CrossingStep = { kind: 'rule', hook, text: verdict.by.text, behind: [verdict.by] };
    return { ...crossing, steps: [...crossing.steps, met, step('stop', end.why)], masquerade: null, end, doubts };
  }
  return { ...crossing, doubts };
}
