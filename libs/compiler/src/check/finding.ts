/** Something about a configuration that cannot be right, whatever it was compiled from. */
export interface Finding {
  readonly code: string;
  /** What it is about and what is wrong with it. */
  readonly message: string;
}

/** A finding for each item that has something wrong with it; `wrong` says what, or null. */
export function findings<T>(code: string, items: readonly T[], wrong: (item: T) => string | null): Finding[] {
  return items.flatMap((item) => {
    const message = wrong(item);
    return message === null ? [] : [{ code, message }];
  });
}
