import { afterEach, beforeEach, expect, it } from 'vitest';
import { observeNetwork } from '../src/real/observe-network.ts';
import { makeRunner, type Runner } from '../src/real/runner.ts';
import { createTestHost, type TestHost } from './test-host.ts';

let host: TestHost;
beforeEach(async () => {
  host = await createTestHost();
});
afterEach(() => host.destroy());

it('reads on without a namespace that goes while others are read', async () => {
  const runner = makeRunner(['nsenter', '-t', String(host.pid), '-n', '-m']);
  for (const name of ['wf-pod-goes', 'wf-pod-stays']) await runner.read(['ip', 'netns', 'add', name]);
  const going: Runner = {
    ...runner,
    async read(argv, input) {
      if (argv.includes('-n') && argv.includes('wf-pod-goes')) await runner.read(['ip', 'netns', 'del', 'wf-pod-goes']);
      return runner.read(argv, input);
    },
  };
  const { netns } = await observeNetwork(going, { pods: true });
  expect(netns).toEqual([{ name: 'wf-pod-stays' }]);
});
