import { Fragment, type ReactNode } from 'react';

/** What there is to say of a thing, a line each. */
export function Facts({ of }: { of: readonly (readonly [what: string, said: ReactNode])[] }) {
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
