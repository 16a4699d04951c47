import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KINDS, kindOfId, kindsOf } from '../../src/kinds/all-kinds.ts';
import { ago, until } from '../../src/kinds/cells.ts';
import { repositoryRoot } from '../../src/repository.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
}

const { paths } = JSON.parse(readFileSync(join(repositoryRoot(), 'openapi/weft.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

const VERBS = { view: 'View', delete: 'Delete', label: 'Update' } as const;
const METHODS = { view: 'get', delete: 'delete', label: 'patch' } as const;

it('knows every list of the API, its filters, and what can be done with one object', () => {
  for (const kind of KINDS) {
    const list = paths[kind.path]?.get;
    expect(list?.operationId).toBe(`${kind.operation}List`);
    const parameters = list?.parameters?.map(({ name }) => name) ?? [];
    expect(parameters, kind.name).toEqual(expect.arrayContaining(Object.values(kind.filters)));
    expect(kind.verbs.includes('watch'), kind.name).toBe(parameters.includes('watch'));
    for (const verb of ['view', 'delete', 'label'] as const)
      expect(paths[`${kind.path}/{id}`]?.[METHODS[verb]]?.operationId === `${kind.operation}${VERBS[verb]}`, `${kind.name} ${verb}`).toBe(
        // An endpoint can be changed, but has no labels.
        kind.verbs.includes(verb) || (kind.name === 'endpoint' && verb === 'label'),
      );
  }
});

it('has a kind for every list of objects', () => {
  const lists = Object.entries(paths).flatMap(([path, { get }]) =>
    get?.operationId.endsWith('List') && !path.includes('{') ? [path] : [],
  );
  // Checkpoints are looked at by weft audit, objects of the past by weft history.
  expect(KINDS.map(({ path }): string => path).sort()).toEqual(lists.filter((path) => !['/checkpoints', '/objects'].includes(path)).sort());
});

it('finds kinds by every word for them, each of one kind only', () => {
  const words = KINDS.flatMap(({ name, plural, shortNames }) => [name, plural, ...shortNames]);
  expect(new Set(words).size).toBe(words.length);
  expect(kindsOf('svc,po').map(({ name }) => name)).toEqual(['service', 'pod']);
  expect(kindsOf('JoinTokens').map(({ name }) => name)).toEqual(['join-token']);
  expect(kindsOf('all').map(({ name }) => name)).toEqual(['service', 'pod']);
  expect(() => kindsOf('sprockets')).toThrow('there is no kind sprockets: weft kinds lists them');
  expect(() => kindsOf('svc,events')).toThrow('there is no kind events: weft events shows what happened');
});

it('knows of an id what it is of', () => {
  expect(kindOfId('svc_01m7z6nn509x09k3ewcq06fh6h')?.name).toBe('service');
  expect(kindOfId('web')).toBeUndefined();
  expect(kindOfId('svc_')).toBeUndefined();
});

it('says how long ago, and how long still', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
  expect([-5, -119, -121, -7_199, -7_201, -172_799, -200_000].map((seconds) => ago(at(seconds), now))).toEqual([
    '5s',
    '119s',
    '2m',
    '119m',
    '2h',
    '47h',
    '2d',
  ]);
  expect([until(null, now), until(at(-1), now), until(at(600), now)]).toEqual(['never', 'expired', '10m']);
});
