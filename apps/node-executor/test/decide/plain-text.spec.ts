import { expect, test } from 'vitest';
import { plainText } from '../../src/decide/plain-text.ts';

test.each([
  ['fine', 10, 'fine'],
  ['a\0b', 10, 'a\ufffdb'],
  ['ab\u{1f600}', 3, 'ab\ufffd'],
  ['\udc00x', 10, '\ufffdx'],
  ['too long', 3, 'too'],
])('%j within %i characters', (text, longest, expected) => expect(plainText(text, longest)).toBe(expected));
