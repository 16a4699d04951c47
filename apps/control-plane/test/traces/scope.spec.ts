import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import { expect, it } from 'vitest';
import { watched } from '../../src/traces/scope.ts';

const web = service(1, [tcp(80, [plan.pod(2, 1), plan.pod(3, 1)], { nodePort: 30_080 }), tcp(81, [plan.pod(1, 5)])]);
const state = desired({ services: [web] });
const source = plan.pod(1, 1);

const to = (ip: string, port: number) => watched(state, node(1), { source, sourcePort: 20_001, destination: { ip, port } });
const names = (all: ReturnType<typeof watched>) => all.map((one) => one.node.name);

it('has a packet for a service traced on the nodes of its endpoints, the first node first', () => {
  const all = to(plan.service(1), 80);
  expect(names(all)).toEqual(['node-1', 'node-2', 'node-3']);
  expect(all[0]?.flows).toEqual([{ sources: [source], sourcePort: 20_001, destinations: [{ ip: plan.service(1), port: 80 }] }]);
});

it('has it traced there as it was sent, and as a node on the way may have masqueraded it', () => {
  const [, second] = to(plan.service(1), 80);
  const [kept, translated] = second?.flows ?? [];
  expect(kept).toMatchObject({ sources: [source], sourcePort: 20_001 });
  expect(kept?.destinations).toContainEqual({ ip: plan.pod(3, 1), port: 8080 });
  expect(translated?.sourcePort).toBeNull();
  expect(translated?.sources).toEqual(expect.arrayContaining([plan.host(1), '100.64.1.0', '100.64.1.1']));
});

it('knows where a node port of another node leads', () => {
  expect(names(to(plan.host(2), 30_080))).toEqual(['node-1', 'node-2', 'node-3']);
});

it('has a packet for a pod traced on its node only, and one for outside of the fleet on the first', () => {
  expect(names(to(plan.pod(2, 1), 8080))).toEqual(['node-1', 'node-2']);
  expect(names(to(plan.pod(1, 9), 8080))).toEqual(['node-1']);
  expect(names(to(plan.outside, 443))).toEqual(['node-1']);
});

it('follows whoever sends, where nobody in particular does', () => {
  const [first, second] = watched(state, node(1), { source: null, sourcePort: null, destination: { ip: plan.service(1), port: 80 } });
  expect(first?.flows).toMatchObject([{ sources: [], sourcePort: null }]);
  expect(second?.flows).toHaveLength(1);
});
