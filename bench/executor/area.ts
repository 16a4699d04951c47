import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Area, Measurement } from '../harness/area.ts';
import { figuresOf, OWN_NETWORK } from '../harness/program.ts';
import { EXECUTOR_BUNDLE } from './bundle.ts';

const PROGRAM = join(import.meta.dirname, 'measure.ts');
const CHANGE = join(import.meta.dirname, 'measure-change.ts');

const lacks = async () => (existsSync(EXECUTOR_BUNDLE) ? null : 'the executor is not built: npx nx run @weft/node-executor:build');

const started: Measurement = {
  name: 'start and memory',
  sizes: [100, 1_000, 10_000],
  quickSizes: [1_000],
  lacks,
  take: (size, { quick }) => figuresOf([...OWN_NETWORK, process.execPath, PROGRAM, String(size), quick ? 'quick' : 'thorough']),
};

const changed: Measurement = {
  name: 'one endpoint, from the request to the kernel',
  sizes: [1_000, 10_000],
  quickSizes: [10_000],
  lacks,
  take: (size, { quick }) => figuresOf([...OWN_NETWORK, process.execPath, CHANGE, String(size), quick ? 'quick' : 'thorough']),
};

/** The executor as a process of its own, as its unit starts it. */
export const executor: Area = {
  summary:
    'the executor as a process: from its start until the node is as it should be, and what memory it takes; and from a request to its kernel (root)',
  sizeOf: 'services',
  measurements: [started, changed],
};
