import { isNftText } from '@weft/kernel';
import { expect, test } from 'vitest';
import { labelled, nftComment } from '../../../src/backends/nftables/element.ts';

const long = 'n'.repeat(63);

test('a label that fits stays as it is', () => {
  expect(nftComment('default/web:80')).toBe('default/web:80');
  expect(nftComment(`${'a'.repeat(63)}/${'b'.repeat(60)}:80`)).toHaveLength(127);
});

test('longest names: each port has a comment of its own that nft keeps', () => {
  const labels = [`${long}/${long}:80`, `${long}/${long}:81`, `${long}/${long}:port-of-15-char`, `${long}/${'n'.repeat(62)}x:80`];
  const comments = labels.map(nftComment);
  expect(new Set(comments).size).toBe(labels.length);
  for (const comment of comments) {
    expect(comment.length).toBeLessThanOrEqual(127);
    expect(isNftText('element', labelled('198.19.0.1 . tcp . 80', comment))).toBe(true);
  }
  expect(comments[0]).toMatch(/_[0-9a-f]{12}:80$/);
});
