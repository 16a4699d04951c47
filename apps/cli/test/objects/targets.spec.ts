import { expect, it } from 'vitest';
import { targetsOf } from '../../src/commands/get.ts';
import { isLabelChange, overwritten, readLabelChanges } from '../../src/objects/label-changes.ts';
import { readTargets } from '../../src/objects/targets.ts';
import { isSo, readAwaited } from '../../src/watching/condition.ts';

it('takes no single name of all namespaces', () => {
  const all = { allNamespaces: true };
  expect(() => targetsOf(['svc/web'], all)).toThrow(
    'service/web is a name in one namespace: say -n, or service/<namespace>/web, instead of -A',
  );
  expect(() => targetsOf(['svc', 'web'], all)).toThrow('is a name in one namespace');
  for (const words of [['svc'], ['svc/shop/web'], ['node/node-1'], ['pod_01m7z6nn509x09k3ewcq06fh6h']])
    expect(targetsOf(words, all)).toEqual(readTargets(words));
});

/** Targets as short texts. */
function read(...words: string[]): string[] {
  const targets = readTargets(words);
  if ('every' in targets) return targets.every.map(({ name }) => `all of ${name}`);
  return targets.each.map(({ kind, namespace, nameOrId }) => [kind.name, namespace, nameOrId].filter(Boolean).join(' '));
}

const ID = 'pod_01m7z6nn509x09k3ewcq06fh6h';

it('reads what people write for kubectl', () => {
  expect(read('services')).toEqual(['all of service']);
  expect(read('svc,po')).toEqual(['all of service', 'all of pod']);
  expect(read('svc', 'web', 'api')).toEqual(['service web', 'service api']);
  expect(read('svc/web', 'po/web-1')).toEqual(['service web', 'pod web-1']);
  expect(read('svc/shop/web')).toEqual(['service shop web']);
  expect(read(ID, 'svc/web')).toEqual([`pod ${ID}`, 'service web']);
  expect(read('pod', ID)).toEqual([`pod ${ID}`]);
});

it('says what it cannot read', () => {
  expect(() => read()).toThrow('say of which kind');
  expect(() => read('svc/')).toThrow('svc/ names nothing');
  expect(() => read('svc/web', 'web-1')).toThrow('there is no kind web-1');
  expect(() => read('svc,po', 'web')).toThrow('names need one kind');
  expect(() => read('no/shop/node-1')).toThrow('nodes are in no namespace');
});

it('reads changes of labels', () => {
  expect(readLabelChanges(['app=web', 'tier-', 'note='])).toEqual({ app: 'web', tier: null, note: '' });
  expect(['app=web', 'tier-', 'web'].map(isLabelChange)).toEqual([true, true, false]);
  expect(() => readLabelChanges(['app'])).toThrow('app changes no label');
  expect(overwritten({ app: 'web', tier: 'x' }, { app: 'api', tier: null, new: 'y' })).toEqual(['app']);
});

const object = { id: 'svc_1', status: { phase: 'Programmed', conditions: [{ type: 'Programmed', status: 'True' }] } };

it.each([
  ['delete', null, true],
  ['delete', object, false],
  ['create', object, true],
  ['create', null, false],
  ['condition=programmed', object, true],
  ['condition=Programmed=False', object, false],
  ['condition=Ready', object, false],
  ['phase=Programmed', object, true],
  ['phase=Pending', object, false],
  ['jsonpath={.status.phase}=Programmed', object, true],
  ['jsonpath={.status.nothing.there}=x', object, false],
])('knows whether %s is so', (text, is, so) => {
  expect(isSo(readAwaited(text), is)).toBe(so);
});

it('says what cannot be waited for', () => {
  expect(() => readAwaited('ready')).toThrow('ready cannot be waited for');
});
