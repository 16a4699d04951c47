import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readNewer } from '../src/index.ts';

const Thing = z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ port: z.int() })).default([]) });

describe('reading what a newer speaker says', () => {
  it('leaves out fields that are not known, wherever they are, and what was given as it was', () => {
    const said = { name: 'a', since: 7, parts: [{ port: 1 }, { port: 2, zone: { of: 'x' } }] };
    const before = structuredClone(said);
    expect(readNewer(Thing, said).data).toEqual({ name: 'a', parts: [{ port: 1 }, { port: 2 }] });
    expect(said).toEqual(before);
  });

  it('fills in as the schema says', () => {
    expect(readNewer(Thing, { name: 'a' }).data).toEqual({ name: 'a', parts: [] });
  });

  it.each([[{ name: 1, since: 7 }], [{ since: 7 }], [null], [{ name: 'a', parts: [{ port: '1', zone: 'x' }] }]])(
    'does not take %j',
    (said) => {
      expect(readNewer(Thing, said).success).toBe(false);
    },
  );
});
