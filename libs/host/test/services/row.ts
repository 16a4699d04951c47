import type { Backend } from '@weft/model';

/** A row of docs/backends.md. */
export interface Row {
  /** What a reader looks for. */
  readonly feature: string;
  /** What is shown, as a sentence. */
  readonly shows: string;
  /** The full names of the tests that show it on a backend, all of them; none where the backend cannot do it. */
  readonly shownBy: (backend: Backend) => readonly string[];
}
