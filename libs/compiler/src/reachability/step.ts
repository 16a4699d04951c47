import type { CrossingEnd, CrossingStep, KernelObject } from '@weft/model';
import type { RuleMatch } from '../packets/index.ts';

/** One thing that happens to a packet. */
export function step(kind: Exclude<CrossingStep['kind'], 'rule'>, text: string, behind: readonly KernelObject[] = []): CrossingStep {
  return { kind, hook: null, text, behind: [...behind] };
}

/** A rule that a packet met. */
export function ruleStep({ hook, rule, elements }: RuleMatch): CrossingStep {
  return { kind: 'rule', hook, text: rule.text, behind: [rule, ...elements] };
}

/** The end of a packet that gets no further. */
export type Stop = Extract<CrossingEnd, { readonly why: string }>;

/** A packet that gets no further, and why. */
export function stop(kind: Stop['kind'], why: string): Stop {
  return { kind, why };
}

/** A packet that no route knows a way for. */
export const noRouteTo = (address: string) => stop('unroutable', `there is no route to ${address}`);
