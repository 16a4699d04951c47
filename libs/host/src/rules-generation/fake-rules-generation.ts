import type { FakeHost } from '../fake/fake-host.ts';
import type { RulesGeneration } from './rules-generation.ts';

/** Of a fake host, and of the one that is there after a reboot. */
export const fakeRulesGeneration =
  (host: () => FakeHost): RulesGeneration =>
  async () =>
    host().rulesGeneration;
