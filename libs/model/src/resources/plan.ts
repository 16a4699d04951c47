import { z } from 'zod';
import { ObjectReference } from './audit.ts';
import { KernelObject, ObjectOwner } from './kernel-object.ts';
import { Timestamp } from './vocabulary.ts';

/** How long a plan can be applied, in seconds. */
export const PLAN_SECONDS = 600;

/** How many things of kernels a plan lists at most. */
export const PLAN_LISTED_MAX = 2000;

/** One change of one object of the API. */
export const PlannedChange = z
  .strictObject({
    operation: z.string().describe('operation id that it is recorded as, such as serviceCreate'),
    object: ObjectReference,
    before: z.unknown().describe('the object before, without its status; null when it is created'),
    after: z.unknown().describe('the object after, without its status; null when it is deleted'),
  })
  .meta({ id: 'PlannedChange' });
export type PlannedChange = z.infer<typeof PlannedChange>;

const count = z.int().min(0);

/** How many things of a kernel a change is about. */
export const PlanTotals = z.strictObject({ added: count, removed: count, replaced: count, moved: count }).meta({ id: 'PlanTotals' });
export type PlanTotals = z.infer<typeof PlanTotals>;

/** What becomes of the things that kernels have for one object. */
export const PlanGroup = z
  .strictObject({
    owner: ObjectOwner.describe('whom they are for; what several own is told with the first of those that change'),
    added: z.array(KernelObject),
    removed: z.array(KernelObject),
    replaced: z.array(z.strictObject({ before: KernelObject, after: KernelObject })),
    moved: z.array(KernelObject).describe('rules that packets meet in another order than before'),
    notListed: count.describe(`how many more there are than are listed: a plan lists ${PLAN_LISTED_MAX}`),
  })
  .meta({ id: 'PlanGroup' });
export type PlanGroup = z.infer<typeof PlanGroup>;

/** What a change comes to in the kernels of nodes to which it does the same. */
export const PlannedNodes = z
  .strictObject({
    nodes: z.array(z.string()).describe('names of the nodes'),
    groups: z.array(PlanGroup),
    totals: PlanTotals.describe('on each of the nodes'),
  })
  .meta({ id: 'PlannedNodes' });
export type PlannedNodes = z.infer<typeof PlannedNodes>;

/** What a request would do, as it would be done to the fleet as of a revision. */
export const Plan = z
  .strictObject({
    planToken: z.string().describe('sent with the same request as query parameter planToken: do exactly this, or nothing'),
    expiresAt: Timestamp.describe('until when that works'),
    revision: z.int().describe('the revision that was looked at'),
    changes: z.array(PlannedChange),
    nodes: z.array(PlannedNodes).describe('nodes in whose kernels something changes'),
    notes: z.array(z.string()).describe('what should be known beside that'),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;
