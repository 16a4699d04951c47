import { expect, it } from 'vitest';
import { Recent } from '../../src/http/recent.ts';

it('forgets what was added longest ago', () => {
  const recent = new Recent(2);
  for (const text of ['a', 'b', 'a', 'c']) recent.add(text);
  expect(['a', 'b', 'c'].map((text) => recent.has(text))).toEqual([true, false, true]);
});
