import { describe, expect, it } from 'vitest';
import { doneWord, errorsBefore, isDone } from '../src/real/nft-answer.ts';

const word = doneWord(2);
const done = `Error: syntax error, unexpected ')'\n${word}\n^\n`;
const refused = (line: string, at: number) => `Error: Could not process rule: File exists\n${line}\n${' '.repeat(at)}^^^^^^^\n`;

describe('the answer of an interactive nft', () => {
  it('is whole when the complaint about our word has arrived to its end', () => {
    for (let length = 0; length < done.length; length += 1) expect(isDone(done.slice(0, length), word)).toBe(false);
    expect(isDone(done, word)).toBe(true);
    expect(isDone(refused('add element', 4) + done, word)).toBe(true);
  });

  it.each([
    ['another transaction', done.replace(word, doneWord(21))],
    ['the tail of another word', done.replace(word, `)${word}`)],
    ['an element that is called like it', refused(`add element ip weft m { 1.2.3.4 comment "${word}" }`, 22)],
    ['an error of another kind', `Error: No such file or directory\n${word}\n^\n`],
  ])('is not told by %s', (_what, text) => {
    expect(isDone(text, word)).toBe(false);
  });

  it('holds no error when there is nothing but the complaint', () => {
    expect(errorsBefore(done, word)).toBe('');
  });

  it('shows of a long line what the marks point at', () => {
    const line = `${'a'.repeat(9_000)} element-7 ${'b'.repeat(9_000)}`;
    const errors = errorsBefore(refused(line, 9_001) + done, word);
    expect(errors.split('\n')).toEqual([
      'Error: Could not process rule: File exists',
      expect.stringMatching(/^a{59} element-7 b{1,60}$/),
      `${' '.repeat(60)}^^^^^^^`,
    ]);
  });

  it('keeps whatever else was said', () => {
    expect(errorsBefore(`netlink: out of memory\n${refused('add x', 4)}${done}`, word)).toBe(
      'netlink: out of memory\nError: Could not process rule: File exists\nadd x\n    ^^^^^^^',
    );
  });
});
