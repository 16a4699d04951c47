import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFleet, type TestFleet } from '../test-fleet.ts';
import { type Askers, createAskers } from './askers.ts';
import { BREAKS, broken } from './broken.ts';
import { play } from './play.ts';
import { casesOf } from './suite-cases.ts';

describe('the suite notices a backend that lacks', () => {
  let fleet: TestFleet;
  let askers: Askers;
  beforeAll(async () => {
    fleet = await createTestFleet();
    askers = createAskers(fleet);
  });
  afterAll(async () => {
    await askers.end();
    await fleet.destroy();
  });

  it.each(casesOf('nftables').filter(({ feature }) => feature in BREAKS))('$feature', async ({ feature, phases }) => {
    expect(await play(fleet, askers, 'nftables', broken(feature, phases))).not.toBeNull();
  });
});
