import { BACKENDS, compile } from '@weft/compiler';
import { identityOf, inventory, isOrdered } from '@weft/kernel';
import type { Backend, KernelObject } from '@weft/model';
import { desired, node, pod, service, tcp, udp } from '@weft/testing/desired';
import { expect, it } from 'vitest';
import { ownedRules } from '../../src/explain/owned-rules.ts';

const SERVICES = Array.from({ length: 120 }, (_, n) => {
  const ends = Array.from({ length: n % 4 }, (_one, at) => `100.64.1.${at + 11}:8080`);
  const affinity = n % 5 === 0 ? ({ sessionAffinity: 'ClientIP' } as const) : {};
  return service(
    n + 1,
    n % 3 === 0 ? [tcp(80, ends), udp(53, ends)] : [tcp(80, ends, n % 2 === 0 ? { nodePort: 30_000 + n } : {})],
    affinity,
  );
});

it.each(Object.keys(BACKENDS) as Backend[])('%s: holds everything that a state compiles to, service by service', async (backend) => {
  const state = desired({ services: SERVICES, pods: [pod(1), pod(2)], nodes: [node(1, { backend }), node(2, { backend }), node(3)] });
  const rules = await ownedRules(state, 'node_1');
  // Of equal rules of one chain the first stands for all.
  const texts = (objects: readonly KernelObject[]) =>
    objects
      .filter((object) => !isOrdered(object) || object.key === object.text)
      .map((object) => `${identityOf(object)}\n${object.text}`)
      .sort();
  expect(texts([...rules.values()])).toEqual(texts(inventory(compile(state, 'node_1'))));
  const named = [...rules.values()].filter(({ text }) => /198\.19\.0\.7(?!\d)/.test(text));
  expect(named.length).toBeGreaterThan(0);
  for (const { owners } of named) expect(owners.map(({ name }) => name)).toContain('service-7');
});
