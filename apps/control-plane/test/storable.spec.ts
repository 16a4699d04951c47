import { expect, it } from 'vitest';
import { storableJson, unstorableParameters } from '../src/http/storable.ts';

const storable = (text: string) => storableJson(text, JSON.parse(text));

it.each([
  ['{"a":"b"}', true],
  [String.raw`{"a":"\u0000"}`, false],
  [String.raw`{"\u0000":1}`, false],
  [String.raw`[[{"a":["\ud800"]}]]`, false],
  [String.raw`"\ud83d\ude00"`, true],
  [String.raw`"\\u0000"`, true],
])('%s: %s', (text, expected) => {
  expect(storable(text)).toBe(expected);
});

it('names the parameters', () => {
  expect(unstorableParameters({ a: 'x', b: '\0', c: ['y', 'z\0'] })).toEqual(['b', 'c']);
});
