import type { DesiredService } from '@weft/model';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import { expect, test } from 'vitest';
import { witnesses } from '../../src/plan/witnesses.ts';

const at = (services: readonly DesiredService[]) => ({ fleet: desired({}), node: node(1), services });
const pods = [plan.pod(2, 1), plan.pod(2, 2), plan.pod(2, 3)];
const one = (number: number, endpoints: number) => service(number, [tcp(80, pods.slice(0, endpoints))]);

/** Ten thousand services of two endpoints, and how many of them were asked for. */
class Many implements Iterable<DesiredService> {
  asked = 0;

  *[Symbol.iterator]() {
    for (let number = 2; number < 10_000; number++) {
      this.asked++;
      yield one(number, 2);
    }
  }
}

test('whoever keeps a shared chain alive is found at once', () => {
  const many = new Many();
  expect(witnesses(at([one(1, 2)]), at([]), many).map(({ id }) => id)).toEqual(['svc_2']);
  expect(many.asked).toBeLessThanOrEqual(2);
});

test('nobody is looked for when what is shared stays shared', () => {
  const many = new Many();
  const moved = service(1, [tcp(80, [plan.pod(3, 1), plan.pod(3, 2)])]);
  expect(witnesses(at([one(1, 2)]), at([moved]), many)).toEqual([]);
  expect(many.asked).toBeLessThanOrEqual(1);
});

test('who is the only one to have something is told by asking all', () => {
  const many = new Many();
  expect(witnesses(at([one(1, 3)]), at([]), many)).toEqual([]);
  expect(many.asked).toBe(9_998);
});
