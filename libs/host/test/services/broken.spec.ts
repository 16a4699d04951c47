import { expect, it } from 'vitest';
import { broken } from './broken.ts';
import { SERVICE_CASES } from './cases/index.ts';

it.each(SERVICE_CASES)('the feature of a case can be taken away: $feature', ({ feature, phases }) => {
  expect(broken(feature, phases)).not.toEqual(phases);
});

it('throws for a feature that there is not', () => {
  expect(() => broken('Telepathy', SERVICE_CASES[0]?.phases ?? [])).toThrow('nothing breaks Telepathy');
});
