import { AccessDecision, AccessQuestion, Caller } from '@weft/model';
import { CALLER, DECISION } from '../examples/access.ts';
import { ask, read } from '../shapes.ts';

const tag = 'access';
const permission = 'self.read';

export const callerView = read({
  id: 'callerView',
  path: '/whoami',
  tag,
  permission,
  summary: 'Show who the token stands for and what it can do',
  result: Caller,
  example: CALLER,
});

export const accessCheck = ask({
  id: 'accessCheck',
  path: '/can-i',
  tag,
  permission,
  summary: 'Ask whether the token may do an operation, and why not',
  body: AccessQuestion,
  bodyExample: { operation: 'podCreate', namespace: 'shop' },
  result: AccessDecision,
  example: DECISION,
});
