import { expect, it } from 'vitest';
import { Contributing } from '../../src/dataplane/contributing.ts';
import { service } from '../support/objects.ts';

const numbered = (n: number) => ({ ...service(n, []), revision: 1 });

function counting() {
  const compiled: string[] = [];
  const contributing = new Contributing(({ id }) => {
    compiled.push(id);
    return `what ${id} adds`;
  });
  return { compiled, contributing };
}

it('compiles each service once, ahead or when it is asked for', () => {
  const { compiled, contributing } = counting();
  const services = Array.from({ length: 120 }, (_, n) => numbered(n));
  const work = contributing.ahead(services);
  expect(work.next().done).toBe(false);
  const first = compiled.length;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(services.length);
  expect(services.map((one) => contributing.of(one))).toEqual(services.map(({ id }) => `what ${id} adds`));
  expect(compiled).toEqual(services.map(({ id }) => id));
});

it('holds nothing of what was asked for', () => {
  const { compiled, contributing } = counting();
  const one = numbered(1);
  contributing.ahead([one]).next();
  contributing.of(one);
  contributing.of(one);
  expect(compiled).toHaveLength(2);
});

it('has nothing to do with another version of a service', () => {
  const { compiled, contributing } = counting();
  contributing.ahead([numbered(1)]).next();
  contributing.of({ ...numbered(1), revision: 9 });
  expect(compiled).toHaveLength(2);
});
