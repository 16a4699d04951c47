import { type IptablesRuleset, iptablesRuleset } from '@weft/kernel';
import type { DesiredService } from '@weft/model';
import { IptablesLedger } from '@weft/reconcile';
import { desired, node, plan, service, tcp } from '@weft/testing/desired';
import { applyIptables } from '@weft/testing/rule-models';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { iptablesContribution, iptablesFrame } from '../../../src/backends/iptables/index.ts';
import { iptablesSurroundings } from '../../../src/backends/iptables/surroundings.ts';
import { trafficStates } from '../arbitrary-traffic.ts';
import { compiled } from './compiled.ts';

const nowhere = desired({});
const surroundings = iptablesSurroundings(nowhere, node(1));
const contribution = (one: DesiredService) => iptablesContribution(one, surroundings);

const states = trafficStates([null, 'rr']).map(({ services }) => services);

test('however services came and went, the account is of what is there, and its changes lead there', () => {
  fc.assert(
    fc.property(fc.array(states, { minLength: 1, maxLength: 5 }), (walk) => {
      const ledger = new IptablesLedger(iptablesFrame(nowhere, node(1)));
      let kernel: IptablesRuleset | null = ledger.ruleset();
      let before: readonly DesiredService[] = [];
      for (const services of walk) {
        const gone = before.map(({ id }) => [id, null] as const);
        const changes = ledger.change(new Map([...gone, ...services.map((one) => [one.id, contribution(one)] as const)]));
        kernel = applyIptables(kernel, changes);
        expect(kernel).toEqual(compiled(desired({ services, nodes: [node(1)] })));
        expect(ledger.ruleset()).toEqual(iptablesRuleset(ledger.frame, services.map(contribution)));
        before = services;
      }
    }),
    { numRuns: 30 },
  );
});

const [far, farther] = [plan.pod(2, 1), plan.pod(3, 1)];
const one = (i: number, ...endpoints: readonly string[]) => service(i, [tcp(80, endpoints)], { clusterIP: `198.19.${i >> 8}.${i & 255}` });

test('a change that changes nothing is nothing, one endpoint is one chain', () => {
  const ledger = new IptablesLedger(iptablesFrame(nowhere, node(1)));
  ledger.take(new Map([1, 2, 300].map((i) => [`svc_${i}`, contribution(one(i, far))] as const)));
  expect(ledger.change(new Map([['svc_1', contribution(one(1, far))]]))).toEqual([]);
  const [change, ...others] = ledger.change(new Map([['svc_1', contribution(one(1, far, farther))]]));
  expect(others).toEqual([]);
  expect(change?.rewrite).toHaveLength(1);
  expect(change?.rewrite[0]?.rules).toHaveLength(2);
});

test('a bucket goes with the last service in it, and so does the way to it', () => {
  const ledger = new IptablesLedger(iptablesFrame(nowhere, node(1)));
  ledger.take(new Map([1, 300].map((i) => [`svc_${i}`, contribution(one(i, far))] as const)));
  const changes = ledger.change(new Map([['svc_300', null]]));
  expect(changes.map(({ table, rewrite }) => [table, rewrite.map(({ name }) => name)])).toEqual([
    ['filter', ['WEFT-SERVICE-IPS']],
    ['mangle', ['WEFT-TO-198-19-0-0-20']],
    ['nat', ['WEFT-SERVICE-IPS']],
  ]);
  expect(changes.flatMap(({ deleteChains }) => deleteChains.filter((name) => !name.startsWith('WEFT-SVC-')))).toEqual([
    'WEFT-AT-198-19-1-0',
    'WEFT-COUNT-198-19-1-32',
    'WEFT-TO-198-19-1-0-24',
    'WEFT-AT-198-19-1-0',
  ]);
});
