import { expect, test, vi } from 'vitest';
import { ownMemory, type ProcessMemory } from '../../src/memory/process-memory.ts';
import { SpareMemory } from '../../src/memory/spare-memory.ts';

const MB = 1024 * 1024;

/** A process with so much to spare, in MB, that takes 100 ms to give it back. */
function processWith({ needs, spare }: { needs: number; spare: number }) {
  const is = { resident: needs + spare, objects: needs, busy: false, now: 0, given: 0 };
  const memory: ProcessMemory = {
    resident: () => is.resident * MB,
    objects: () => is.objects * MB,
    giveBack: () => {
      is.given += 1;
      is.now += 100;
      is.resident = needs;
    },
  };
  const spareMemory = new SpareMemory({ memory, busy: () => is.busy, now: () => is.now });
  const look = () => {
    is.now += 2_000;
    spareMemory.look();
  };
  return { is, look };
}

test('what is to spare is given back once nothing was to do between two looks', () => {
  const { is, look } = processWith({ needs: 100, spare: 40 });
  look();
  expect(is.given).toBe(0);
  look();
  expect(is.given).toBe(1);
  expect(is.resident).toBe(100);
});

test('nothing is given back while the host is looked at, or objects come or go', () => {
  const { is, look } = processWith({ needs: 100, spare: 40 });
  look();
  is.busy = true;
  look();
  is.busy = false;
  look();
  is.objects += 5;
  look();
  is.objects -= 5;
  look();
  expect(is.given).toBe(0);
  look();
  expect(is.given).toBe(1);
});

test('what it needs is not asked for again and again', () => {
  const { is, look } = processWith({ needs: 100, spare: 40 });
  for (let time = 0; time < 100; time += 1) look();
  expect(is.given).toBe(1);
  is.resident += 7;
  for (let time = 0; time < 100; time += 1) look();
  expect(is.given).toBe(1);
  is.resident += 2;
  look();
  expect(is.given).toBe(2);
});

test('however often there is something to spare, giving it back takes a fiftieth of the time', () => {
  const { is, look } = processWith({ needs: 100, spare: 40 });
  while (is.now < 600_000) {
    is.resident = 140;
    look();
  }
  expect(is.given).toBeGreaterThan(80);
  expect(is.given * 100).toBeLessThanOrEqual(is.now / 50);
});

test('a process that was not started so is let alone', () => {
  vi.stubGlobal('gc', undefined);
  expect(ownMemory()).toBeNull();
  const gc = vi.fn();
  vi.stubGlobal('gc', gc);
  ownMemory()?.giveBack();
  expect(gc).toHaveBeenCalledWith({ type: 'major', flavor: 'last-resort' });
  vi.unstubAllGlobals();
});
