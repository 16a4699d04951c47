import { z } from 'zod';
import { DnsLabel } from '../names.ts';
import { KernelObject, ObjectOwner } from './kernel-object.ts';
import { Backend } from './vocabulary.ts';

/** The kinds of objects whose past can be told. */
export const PAST_KINDS = ['namespace', 'node', 'pod', 'service', 'endpoint', 'rollout'] as const;

export const PastKind = z.enum(PAST_KINDS).meta({ id: 'PastKind' });
export type PastKind = z.infer<typeof PastKind>;

const object = z
  .record(z.string(), z.unknown())
  .describe('as the API showed it then; of its status only what is stored with it, and not what nodes said all the time');

/** An object as it was. */
export const PastObject = z
  .strictObject({
    kind: PastKind,
    id: z.string(),
    namespace: DnsLabel.nullable(),
    name: z.string().nullable().describe('null for what has no name: endpoints and rollouts'),
    revision: z.int().describe('the revision since which it was like this'),
    object,
  })
  .meta({ id: 'PastObject' });
export type PastObject = z.infer<typeof PastObject>;

/** What became of an object between two revisions. */
export const ObjectDifference = z
  .strictObject({
    ...PastObject.pick({ kind: true, id: true, namespace: true, name: true }).shape,
    before: object.nullable().describe('null: it was not there yet'),
    after: object.nullable().describe('null: it was not there any more'),
  })
  .meta({ id: 'ObjectDifference' });
export type ObjectDifference = z.infer<typeof ObjectDifference>;

/** Something that was to stand in a node's kernel, and whom it was for. */
export const OwnedRule = KernelObject.extend({ owners: z.array(ObjectOwner).min(1) }).meta({ id: 'OwnedRule' });
export type OwnedRule = z.infer<typeof OwnedRule>;

/** Of which state of which node rules are told. */
export const RulesOfNode = {
  node: DnsLabel,
  backend: Backend,
  rulesHash: z.string().describe('sum of all its rules, 64 hex digits'),
} as const;

/** What becomes of one rule between two states. */
export const RuleDifference = z
  .strictObject({
    change: z
      .enum(['added', 'removed', 'replaced', 'moved'])
      .describe('moved: packets meet it in another order among the rules of its chain'),
    before: KernelObject.nullable(),
    after: KernelObject.nullable(),
    owner: ObjectOwner.describe('of what several have in common: one of those that changed'),
  })
  .meta({ id: 'RuleDifference' });
export type RuleDifference = z.infer<typeof RuleDifference>;

/** Which states of which node are compared. */
export const RulesCompared = {
  node: DnsLabel,
  from: z.int().describe('revision of the one'),
  to: z.int().describe('revision of the other'),
  totals: z.strictObject({ added: z.int(), removed: z.int(), replaced: z.int(), moved: z.int() }),
} as const;
