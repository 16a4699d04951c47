import { Fragment } from 'react';
import type { KernelObject } from '../api.ts';

/** A rule that goes, comes, or only moves in its chain. */
export interface Line extends KernelObject {
  readonly sign: '-' | '+' | '!';
}

const CHANGES = { '-': 'removed', '+': 'added', '!': 'moved' } as const;

/** Things of a table are told by it, others by what they are as well. */
const placeOf = ({ place, kind }: KernelObject) => (place === 'host' || place.startsWith('netns ') ? `${place}: ${kind}` : place);

/** Rules as a difference reads, by the place where they stand. */
export function RuleLines({ lines }: { lines: readonly Line[] }) {
  return (
    <pre className="difference">
      {[...Map.groupBy(lines, placeOf)].map(([place, there]) => (
        <Fragment key={place}>
          <strong>{place}</strong>
          {'\n'}
          {there.map(({ sign, kind, key, text }) => (
            <span key={`${sign} ${kind} ${key}`} data-change={CHANGES[sign]}>
              {sign} {text}
              {'\n'}
            </span>
          ))}
        </Fragment>
      ))}
    </pre>
  );
}
