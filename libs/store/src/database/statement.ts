import { createHash } from 'node:crypto';
import { Prisma } from '../generated/client.ts';

/** A statement as the server gets it: parameters are `$1`, `$2` … */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Texts of templates that have no other statement within them, which most have not. */
const texts = new WeakMap<TemplateStringsArray, string>();

function textOf(strings: TemplateStringsArray): string {
  const known = texts.get(strings);
  if (known !== undefined) return known;
  const text = strings.reduce((before, part, at) => `${before}$${at}${part}`);
  texts.set(strings, text);
  return text;
}

/** The statement that a template means; templates of `Prisma.sql` within it become parts of its text. */
export function statementOf(query: TemplateStringsArray | Prisma.Sql, values: readonly unknown[]): Statement {
  if ('raw' in query && !values.some((value) => value instanceof Prisma.Sql)) return { text: textOf(query), values };
  const whole = 'raw' in query ? Prisma.sql(query, ...values) : query;
  return { text: whole.text, values: whole.values };
}

/** Statements with so many parameters hold lists whose length varies; keeping a plan for each would fill the server's memory. */
const LONG_LIST = '$32';
const UNPREPARED = '';

/** Names of statements by their text; there are some hundreds. */
const names = new Map<string, string>();
const NAMES_KEPT = 5_000;

/** The name under which a connection keeps the plan of a statement; empty for one whose plan is not kept. */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (text.includes(LONG_LIST)) return UNPREPARED;
  if (names.size >= NAMES_KEPT) names.clear();
  const name = createHash('sha1').update(text).digest('base64');
  names.set(text, name);
  return name;
}
