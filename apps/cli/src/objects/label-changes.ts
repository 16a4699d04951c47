import { UserError } from '../user-error.ts';

/** Changes of labels; null takes one away. */
export type LabelChanges = Readonly<Record<string, string | null>>;

/** Reads changes as kubectl has them: `app=web` sets a label, `tier-` takes one away. Throws UserError. */
export function readLabelChanges(words: readonly string[]): LabelChanges {
  return Object.fromEntries(
    words.map((word) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(word) ?? [];
      if (key !== undefined && value !== undefined) return [key, value];
      const [, gone] = /^([^=]+)-$/.exec(word) ?? [];
      if (gone === undefined) throw new UserError(`${word} changes no label: say key=value, or key- to take it away`);
      return [gone, null];
    }),
  );
}

/** True for a word that is a change and no name of an object. */
export const isLabelChange = (word: string): boolean => word.includes('=') || word.endsWith('-');

/** The labels that have another value and would be overwritten. */
export const overwritten = (labels: Readonly<Record<string, string>>, changes: LabelChanges): string[] =>
  Object.entries(changes).flatMap(([key, value]) => (value !== null && key in labels && labels[key] !== value ? [key] : []));
