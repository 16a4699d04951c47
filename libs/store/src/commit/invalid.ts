import { ProblemError } from '@weft/model';

/** A ProblemError about one field that the schema alone cannot refuse. */
export function invalid(pointer: string, code: string, message: string): ProblemError {
  return new ProblemError('ValidationFailed', message, [{ pointer, code, message }]);
}
