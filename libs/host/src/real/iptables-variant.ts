import type { Runner } from './runner.ts';

/** The variants of iptables: what one has made the other does not know. */
export type IptablesVariant = 'nft' | 'legacy';

const WORDS: readonly (readonly [word: string, variant: IptablesVariant])[] = [
  ['(nf_tables)', 'nft'],
  ['(legacy)', 'legacy'],
];

const answers = new WeakMap<Runner, Promise<IptablesVariant | null>>();

/** The variant that a host has; null: none that says so. It is asked until it answers: nobody changes it under a running executor. */
export function iptablesVariant(runner: Runner): Promise<IptablesVariant | null> {
  const known = answers.get(runner);
  if (known !== undefined) return known;
  const answer = runner.run(['iptables', '--version']).then(({ stdout }) => {
    const variant = WORDS.find(([word]) => stdout.includes(word))?.[1] ?? null;
    if (variant === null) answers.delete(runner);
    return variant;
  });
  answers.set(runner, answer);
  return answer;
}
