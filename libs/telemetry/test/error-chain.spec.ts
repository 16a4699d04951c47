import { describe, expect, it } from 'vitest';
import { describeError, errorChain } from '../src/index.ts';

describe('errorChain', () => {
  it.each([
    ['an error', new Error('outer'), 'outer'],
    [
      'its causes, outermost first',
      new Error('pull failed', { cause: new Error('connect ECONNREFUSED') }),
      'pull failed: connect ECONNREFUSED',
    ],
    [
      'a cause that the wrapper already repeats',
      new Error('pull failed: refused', { cause: new Error('refused') }),
      'pull failed: refused',
    ],
    ['a thrown string', 'broken', 'broken'],
    ['a thrown object', { a: 1 }, '{"a":1}'],
    ['nothing at all', undefined, ''],
    [
      'an aggregate without a message',
      new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1')]),
      'AggregateError: connect ECONNREFUSED 127.0.0.1:1',
    ],
    ['a code where there is no message', Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
  ])('prints %s', (_what, thrown, text) => {
    expect(errorChain(thrown)).toBe(text);
  });

  it('ends on a cycle', () => {
    const error = new Error('round');
    error.cause = new Error('and', { cause: error });
    expect(errorChain(error).startsWith('round: and: round')).toBe(true);
  });
});

describe('describeError', () => {
  it('takes the code from the cause when the error has none', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(describeError(new TypeError('fetch failed', { cause }))).toMatchObject({
      type: 'TypeError',
      message: 'fetch failed: refused',
      code: 'ECONNREFUSED',
    });
  });
});
