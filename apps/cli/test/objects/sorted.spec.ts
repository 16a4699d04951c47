import { expect, it } from 'vitest';
import { kindsOf } from '../../src/kinds/all-kinds.ts';
import { fieldAt, readField } from '../../src/objects/field.ts';
import type { Found } from '../../src/objects/find.ts';
import { sortedBy } from '../../src/objects/sorted.ts';
import { bodyOf, fieldsText, isFields, readFormat } from '../../src/output/formats.ts';

const [kind] = kindsOf('service');
if (kind === undefined) throw new Error('there are no services');

const service = (name: string, port: number, clusterIP: string | null = null): Found => ({
  kind,
  object: { id: `svc_${name}`, name, ports: [{ port }], ...(clusterIP === null ? {} : { clusterIP }) },
});
const FOUND = [service('web-10', 9, '198.19.0.10'), service('web-2', 80), service('api', 443, '198.19.0.9')];
const names = (found: readonly Found[]) => found.map(({ object }) => object.name);

it.each([
  ['.name', ['api', 'web-2', 'web-10']],
  ['{.name}', ['api', 'web-2', 'web-10']],
  ['ports[0].port', ['web-10', 'web-2', 'api']],
  ['.clusterIP', ['api', 'web-10', 'web-2']],
])('sorts by %s as people count, and what has none last', (field, sorted) => {
  expect(names(sortedBy(FOUND, field))).toEqual(sorted);
});

it('leaves kinds one after the other', () => {
  const [pod] = kindsOf('pod');
  if (pod === undefined) throw new Error('there are no pods');
  const pods = ['a', 'z'].map((name): Found => ({ kind: pod, object: { id: `pod_${name}`, name } }));
  expect(names(sortedBy([...FOUND, ...pods.toReversed()], '.name'))).toEqual(['api', 'web-2', 'web-10', 'a', 'z']);
});

it('says which fields there are when none has the one that is asked for', () => {
  expect(() => sortedBy(FOUND, '.metadata.name')).toThrow('a field .metadata.name: services have id, name, ports, clusterIP');
  expect(() => sortedBy(FOUND, 'name[')).toThrow('is no field to sort by');
  expect(sortedBy([], '.name')).toEqual([]);
});

it.each(['{.a', '{range .items[*]}{.name}{end}', '{.items[?(@.a==1)]}', '..name', '', '{.a}{.b}'])('%j is no path', (text) => {
  expect(readField(text)).toBeNull();
});

it('finds nothing of what an object only inherits', () => {
  expect(fieldAt({ a: 1 }, ['constructor'])).toBeUndefined();
});

it.each([
  ['jsonpath={.items[*].name}', 'web-10 web-2 api'],
  ["jsonpath='{.items[1].ports[0].port}'", '80'],
  ['jsonpath={.items[0].ports}', '[{"port":9}]'],
  ['jsonpath={.nothing}', ''],
])('prints %s as kubectl does', (text, printed) => {
  const format = readFormat(text);
  if (format === null || !isFields(format)) throw new Error('it is no format');
  expect(fieldsText(format, bodyOf(FOUND, false))).toBe(printed);
});

it('knows formats from what is none', () => {
  expect(readFormat('json')).toBe('json');
  for (const text of ['jsonpath', 'jsonpath={range .items[*]}{.name}{end}', 'go-template={{.name}}', ''])
    expect(readFormat(text)).toBeNull();
});
