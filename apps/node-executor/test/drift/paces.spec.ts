import { expect, it } from 'vitest';
import { Paces } from '../../src/drift/paces.ts';

/** Looks at once, so many times. */
function looks(paces: Paces, times: number, about: (look: number) => string): Paces {
  for (let look = 0; look < times; look += 1) paces.looked(0, [about(look)], about(look));
  return paces;
}

it('has a fight about one thing delay nothing else', () => {
  const paces = looks(new Paces(), 10, () => 'the route');
  expect(paces.notBefore('the route')).toBe(12_800);
  expect(paces.notBefore('the link')).toBe(0);
});

it('has a limit to all looks, whatever they are about', () => {
  expect(looks(new Paces(), 20, String).notBefore('the link')).toBe(0);
  expect(looks(new Paces(), 21, String).notBefore('the link')).toBe(1_000);
});
