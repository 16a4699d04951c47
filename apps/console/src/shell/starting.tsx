import { Loader } from '@mantine/core';

/** The frame of the console while nobody knows yet whose session it is: what index.html shows before this program runs, and a sign that it goes on. */
export const Starting = () => (
  <div className="shell">
    <header>
      <span className="brand">weft</span>
    </header>
    <main id="main">
      <Loader aria-label="Loading" />
    </main>
  </div>
);
