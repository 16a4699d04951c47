import { endOf, readWhen } from '@weft/sdk';

/** What is asked of the past, as it stands in the address: moments are revisions or times there, so that a finding can be passed on. */
export interface Span {
  /** Name of the node. */
  readonly node: string;
  readonly from: string;
  /** Empty: now. */
  readonly to: string;
  /** A part of the rules; empty: all. */
  readonly text: string;
}

/** How far back is looked when nothing is said. */
const USUAL = '1h';

export const spanIn = (search: URLSearchParams): Span => ({
  node: search.get('node') ?? '',
  from: search.get('from') ?? USUAL,
  to: search.get('to') ?? '',
  text: search.get('text') ?? '',
});

/** The same with moments as the API takes them: what is so long ago now is a time. Throws UnreadableError. */
export const settled = (span: Span): Span => ({
  ...span,
  from: endOf(readWhen(span.from.trim())),
  to: span.to.trim() === '' ? '' : endOf(readWhen(span.to.trim())),
});

/** A part of a rule as a filter. */
export const filterOf = ({ text }: Span) => (text === '' ? {} : { text });
