import type { ChildProcess } from '@weft/host';
import { eventually } from '@weft/testing';
import { describe, expect, it } from 'vitest';
import { keep, pauseAfter } from '../src/fleet/keep.ts';

/** A program that ends when told to, and notes every start. */
class Program {
  starts = 0;
  refusals = 0;
  stopped = false;
  #end = () => {};

  readonly service = {
    name: 'program',
    start: async (): Promise<ChildProcess> => {
      if (this.refusals > 0) {
        this.refusals -= 1;
        throw new Error('not now');
      }
      this.starts += 1;
      const ended = new Promise<void>((resolve) => {
        this.#end = resolve;
      });
      const stop = async () => {
        this.stopped = true;
        this.#end();
      };
      return { pid: this.starts, ended, stop };
    },
  };

  crash(): void {
    this.#end();
  }
}

const silent = { started: () => {}, lost: () => {} };

describe('keep', () => {
  it('starts a program again when it ends', async () => {
    const program = new Program();
    const kept = await keep(program.service, silent);
    program.crash();
    await eventually('the second start', () => program.starts === 2);
    await kept.stop();
    expect(program.stopped).toBe(true);
  });

  it('goes on trying when a later start fails, and says why', async () => {
    const program = new Program();
    const reasons: string[] = [];
    const kept = await keep(program.service, { ...silent, lost: (_name, why) => reasons.push(why) });
    program.refusals = 1;
    program.crash();
    await eventually('the second start', () => program.starts === 2);
    await kept.stop();
    expect(reasons).toEqual(['it ended', 'not now']);
  });

  it('passes on that the first start failed', async () => {
    const program = new Program();
    program.refusals = 1;
    await expect(keep(program.service, silent)).rejects.toThrow('not now');
  });

  it('does not start again what was stopped, also while it waits to start', async () => {
    const program = new Program();
    const kept = await keep(program.service, silent);
    program.crash();
    await kept.stop();
    expect(program.starts).toBe(1);
  });
});

describe('pauseAfter', () => {
  it('grows to a limit', () => {
    expect([1, 2, 3, 4, 5, 6, 100].map(pauseAfter)).toEqual([200, 500, 1000, 2000, 5000, 5000, 5000]);
  });
});
