import { KERNEL_KINDS, ObjectDifference, OwnedRule, PAST_KINDS, PastObject, RuleDifference, RulesCompared, RulesOfNode } from '@weft/model';
import { z } from 'zod';
import { FILTERS, listOf } from '../lists.ts';
import { MOMENT, SPAN } from '../moments.ts';
import { list, objectOf } from '../shapes.ts';

const tag = 'history';

const KEPT = 'What is longer ago than WEFT_HISTORY_DAYS, or before the database was restored, is answered with 410.';

const RULE_FILTERS = {
  kind: z.enum(KERNEL_KINDS).optional().describe('only rules of this kind'),
  owner: z.string().min(1).max(64).optional().describe('only what is for the object of this id'),
  text: z.string().min(1).max(256).optional().describe('only what has this text in its place, key or text'),
} as const;

const rules = list({
  id: 'nodeRuleList',
  path: '/nodes/{id}/rules',
  tag,
  permission: 'rule.read',
  summary: 'List what a node has to have in its kernel, now or as of then, and whom each of it is for',
  description: `Rebuilt from what was recorded at each commit, by the compiler that the node itself runs. The following pages are of the same revision as the first. ${KEPT}`,
  filters: { ...MOMENT, ...RULE_FILTERS },
  result: listOf(OwnedRule, 'NodeRuleList', RulesOfNode),
});

export const nodeRuleList = { ...rules, params: objectOf('node'), problems: ['NotFound', ...rules.problems] } as const;

const comparison = list({
  id: 'nodeRuleCompare',
  path: '/nodes/{id}/rules/difference',
  tag,
  permission: 'rule.read',
  summary: 'Show how what a node has to have in its kernel differs between then and then',
  description: `The following pages are of the same two revisions as the first. ${KEPT}`,
  filters: { ...SPAN, ...RULE_FILTERS },
  result: listOf(RuleDifference, 'NodeRuleDifference', RulesCompared),
});

export const nodeRuleCompare = { ...comparison, params: objectOf('node'), problems: ['NotFound', ...comparison.problems] } as const;

const OBJECT_FILTERS = {
  kind: z.enum(PAST_KINDS).describe('objects of this kind'),
  namespace: FILTERS.namespace,
  name: FILTERS.name,
  labelSelector: FILTERS.labelSelector,
} as const;

export const objectList = list({
  id: 'objectList',
  path: '/objects',
  tag,
  permission: 'history.read',
  summary: 'List the objects of a kind as they were',
  description: KEPT,
  filters: { ...MOMENT, ...OBJECT_FILTERS },
  result: listOf(PastObject, 'ObjectList'),
});

export const objectCompare = list({
  id: 'objectCompare',
  path: '/objects/difference',
  tag,
  permission: 'history.read',
  summary: 'Show which objects of a kind came, went or changed between then and then',
  description: KEPT,
  filters: { ...SPAN, ...OBJECT_FILTERS },
  result: listOf(ObjectDifference, 'ObjectDifferenceList'),
});
