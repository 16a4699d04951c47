import { expect, it } from 'vitest';
import { errorsBefore, isDone } from '../src/real/ip-answer.ts';

const DONE = 'Object ")7" is unknown, try "ip help".\nCommand failed -:2\n';
const ERROR = 'RTNETLINK answers: File exists\nCommand failed /proc/self/fd/3:3\nCommand failed -:1\n';

it('is done with the complaint about the word, whole and last, and not with that about another', () => {
  for (let end = 0; end < DONE.length; end += 1) expect(isDone(ERROR + DONE.slice(0, end), 7)).toBe(false);
  expect(isDone(ERROR + DONE, 7)).toBe(true);
  expect(isDone(DONE, 8)).toBe(false);
  expect(isDone(`${DONE}RTNETLINK`, 7)).toBe(false);
});

it('gives what was said before it', () => {
  expect(errorsBefore(DONE, 7)).toBe('');
  expect(errorsBefore(ERROR + DONE, 7)).toBe(ERROR);
});
