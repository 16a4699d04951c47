import { describe, expect, it } from 'vitest';
import { Beside, besideInTurn } from '../beside.ts';
import type { Output } from '../run-command.ts';

/** Work that prints and ends as the test says. */
function work() {
  const screen: string[] = [];
  const end = Promise.withResolvers<number>();
  let print: Output = () => undefined;
  const beside = new Beside(
    'slow tests',
    (output) => {
      print = output;
      return end.promise;
    },
    (text) => screen.push(text),
  );
  return { beside, end, screen, print: (text: string) => print(text) };
}

describe('work beside other work', () => {
  it('keeps what it prints until its turn, then shows all of it in order', async () => {
    const { beside, end, screen, print } = work();
    print('one ');
    print('two ');
    expect(screen).toEqual([]);
    const shown = beside.shown();
    print('three');
    end.resolve(7);
    expect(await shown).toBe(7);
    expect(screen.join('')).toBe('one two three');
  });

  it('tells of its failure when it is asked, though it failed long before', async () => {
    const { beside, end } = work();
    expect(beside.isDone).toBe(false);
    end.reject(new Error('broken'));
    await expect.poll(() => beside.isDone).toBe(true);
    await expect(beside.shown()).rejects.toThrow('broken');
  });
});

describe('works beside other work', () => {
  it('go on one after the other, also after one that failed', async () => {
    const said: string[] = [];
    const gate = Promise.withResolvers<never>();
    const [first, second] = besideInTurn(
      new Map<string, (output: Output) => Promise<number>>([
        ['first', () => gate.promise],
        [
          'second',
          async (output) => {
            said.push('second began');
            output('second');
            return 2;
          },
        ],
      ]),
      (text) => said.push(text),
    );
    const shown = second?.shown();
    said.push('first ends');
    gate.reject(new Error('broken'));
    expect(await shown).toBe(2);
    expect(said.filter((text) => text !== '')).toEqual(['first ends', 'second began', 'second']);
    await expect(first?.shown()).rejects.toThrow('broken');
  });
});
