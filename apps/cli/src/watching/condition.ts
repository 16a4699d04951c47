import type { AnyObject } from '../kinds/kind.ts';
import { type FieldPath, fieldAt, readField } from '../objects/field.ts';
import { UserError } from '../user-error.ts';

/** What is waited for. */
export type Awaited =
  | { readonly what: 'gone' }
  | { readonly what: 'there' }
  | { readonly what: 'condition'; readonly type: string; readonly status: string }
  | { readonly what: 'field'; readonly path: FieldPath; readonly value: string };

/** Reads what kubectl reads after `--for`: `delete`, `create`, `condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Running`; also `phase=Programmed`. Throws UserError. */
export function readAwaited(text: string): Awaited {
  if (text === 'delete') return { what: 'gone' };
  if (text === 'create') return { what: 'there' };
  const [, type, status = 'True'] = /^condition=([^=]+)(?:=(.+))?$/.exec(text) ?? [];
  if (type !== undefined) return { what: 'condition', type, status };
  const [, phase] = /^phase=(\w+)$/.exec(text) ?? [];
  if (phase !== undefined) return { what: 'field', path: ['status', 'phase'], value: phase };
  const [, field = '', value] = /^jsonpath=('?\{.+\}'?)=(.*)$/.exec(text) ?? [];
  const path = readField(field);
  if (path !== null && value !== undefined) return { what: 'field', path, value };
  throw new UserError(`${text} cannot be waited for: say delete, create, condition=<type>, phase=<phase> or jsonpath={.field}=<value>`);
}

/** Whether an object, null when there is none, is as it is waited for. Words are compared without regard to case, as kubectl does. */
export function isSo(wanted: Awaited, object: AnyObject | null): boolean {
  if (object === null) return wanted.what === 'gone';
  if (wanted.what === 'gone') return false;
  if (wanted.what === 'there') return true;
  if (wanted.what === 'field') return `${fieldAt(object, wanted.path)}` === wanted.value;
  const conditions = fieldAt(object, ['status', 'conditions']);
  const same = (a: unknown, b: string) => `${a}`.toLowerCase() === b.toLowerCase();
  return Array.isArray(conditions) && conditions.some((one) => same(one.type, wanted.type) && same(one.status, wanted.status));
}
