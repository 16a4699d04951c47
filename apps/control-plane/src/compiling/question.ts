import type { OwnedObject } from '@weft/compiler';
import type { FieldError, KernelKind, PlannedNodes, ProblemCode, Reach, RuleDifference } from '@weft/model';
import type { Effect } from '@weft/store';
import type { Place } from '../past/place.ts';

/** Which rules of a node. What is absent does not filter. */
export interface RuleFilter {
  readonly kind?: KernelKind;
  /** Id of an object that they are for. */
  readonly owner?: string;
  /** A part of the place, the key or the text. */
  readonly text?: string;
}

interface Asked<Revisions extends readonly number[]> {
  readonly nodeId: string;
  readonly filter: RuleFilter;
  /** Of which revisions the list is, and where its page begins. */
  readonly place: Place<Revisions>;
  readonly limit: number;
}

/** What is asked of the thread that compiles, and what it answers, by kind. */
export interface RuleAnswers {
  readonly list: {
    readonly question: Asked<readonly [revision: number]>;
    readonly answer: {
      readonly node: string;
      readonly backend: string;
      readonly rulesHash: string;
      readonly items: readonly OwnedObject[];
      readonly nextCursor: string | null;
    };
  };
  readonly compare: {
    readonly question: Asked<readonly [from: number, to: number]>;
    readonly answer: {
      readonly node: string;
      readonly totals: { readonly added: number; readonly removed: number; readonly replaced: number; readonly moved: number };
      readonly items: readonly RuleDifference[];
      readonly nextCursor: string | null;
    };
  };
  /** What a change that was rehearsed does to kernels, for somebody who reaches these namespaces. */
  readonly plan: {
    readonly question: { readonly effect: Effect; readonly reach: Reach };
    readonly answer: {
      /** Names all that the change does, to objects and to kernels, whoever may see how much of it. */
      readonly fingerprint: string;
      readonly nodes: readonly PlannedNodes[];
    };
  };
}

export type RuleQuestionKind = keyof RuleAnswers;

/** A question, as it is sent to the thread. */
export type RuleQuestion = { [K in RuleQuestionKind]: { readonly kind: K } & RuleAnswers[K]['question'] }[RuleQuestionKind];

/** What a question comes to. */
export type Answered =
  | { readonly answer: RuleAnswers[RuleQuestionKind]['answer'] }
  /** What the caller is to hear. */
  | { readonly problem: { readonly code: ProblemCode; readonly detail: string; readonly errors: readonly FieldError[] } }
  /** A defect: the stack of what was thrown. */
  | { readonly broken: string };

/** What the thread sends back: that it has compiled one more node of a plan, and in the end what the question comes to. */
export type Told = { readonly done: 'node' } | Answered;
