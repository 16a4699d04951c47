import type { DesiredService } from '@weft/model';
import { diffIptables } from '@weft/reconcile';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { iptables } from '../../../src/backends/iptables/index.ts';

const [far, farther] = [plan.pod(2, 1), plan.pod(3, 1)];

/** Service number `i` of a big fleet: its address is 198.19.x.y, every tenth has a node port. */
const one = (i: number, endpoints: readonly string[] = [far]): DesiredService =>
  service(i, [tcp(80, endpoints, { nodePort: i % 10 === 0 ? 30000 + i / 10 : null })], { clusterIP: `198.19.${i >> 8}.${i & 255}` });

const many = Array.from({ length: 2000 }, (_, i) => one(i + 1));
const compiled = (services: readonly DesiredService[]) =>
  iptables.compile({ desired: desired({ services }), node: node(1) }).iptables ?? null;
const before = compiled(many);

/** What one restore writes when `services` come after two thousand: chains with how many rules, and single rules, by table. */
function written(services: readonly DesiredService[]) {
  return diffIptables(compiled(services), before).map(({ table, rewrite, deleteChains, addRules, deleteRules }) => ({
    table,
    rewrite: rewrite.map(({ name, rules }) => `${name.replace(/[0-9A-F]{16}$/, '…')} ${rules.length}`),
    deleteChains: deleteChains.map((name) => name.replace(/[0-9A-F]{16}$/, '…')),
    single: addRules.length - deleteRules.length,
  }));
}

describe('of two thousand services', () => {
  test("an endpoint more rewrites its service's chain and no other", () => {
    expect(written(many.with(1000, one(1001, [far, farther])))).toEqual([
      { table: 'nat', rewrite: ['WEFT-SVC-… 2'], deleteChains: [], single: 0 },
    ]);
  });

  test('one more rewrites the chains of its neighbours, with a few hundred rules, but those that count', () => {
    expect(written([...many, one(2001)])).toEqual([
      { table: 'filter', rewrite: ['WEFT-AT-198-19-7-0 210'], deleteChains: [], single: 0 },
      { table: 'mangle', rewrite: [], deleteChains: [], single: 2 },
      { table: 'nat', rewrite: ['WEFT-AT-198-19-7-0 210', 'WEFT-SVC-… 1'], deleteChains: [], single: 0 },
    ]);
  });

  test('one with a node port less rewrites its neighbours and takes its own chains away', () => {
    expect(written(many.toSpliced(999, 1))).toEqual([
      { table: 'filter', rewrite: ['WEFT-AT-198-19-3-0 255'], deleteChains: [], single: 0 },
      { table: 'mangle', rewrite: [], deleteChains: [], single: -4 },
      {
        table: 'nat',
        rewrite: ['WEFT-AT-198-19-3-0 255', 'WEFT-NODEPORTS-TCP-30080 63'],
        deleteChains: ['WEFT-EXT-…', 'WEFT-SVC-…'],
        single: 0,
      },
    ]);
  });
});
