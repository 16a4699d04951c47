import type { NodeReport } from '@weft/model';
import { plainText } from './decide/plain-text.ts';

/** Why this node is not where it should be: what a report says. `code` is for programs, `message` for people. */
export type Failure = NonNullable<NodeReport['failure']>;

/** A failure within the lengths that a report may have. */
export function failure(code: string, message: string): Failure {
  return { code: code.slice(0, 64), message: plainText(message, 4096) };
}
