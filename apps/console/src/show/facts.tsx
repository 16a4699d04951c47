import { Fragment, type ReactNode } from 'react';

export type Fact = readonly [what: string, said: ReactNode];

/** What there is to say of a thing, a line each. */
export function Facts({ of }: { of: readonly Fact[] }) {
  return (
    <dl className="facts">
      {of.map(([what, said]) => (
        <Fragment key={what}>
          <dt>{what}</dt>
          <dd>{said}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
