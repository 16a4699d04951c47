import type { Area } from '../harness/area.ts';
import { saturated, steady } from './creations.ts';
import { oneByOne } from './one-by-one.ts';
import { watching } from './watching.ts';

const SERVICES = { sizes: [100, 10_000], quickSizes: [100] } as const;

/** What requests cost: at a steady rate, at the most that can be had, alone, and seen by others. */
export const api: Area = {
  summary: 'requests to a control plane of their own on a Postgres that keeps what it acknowledges: POST, PATCH, GET, lists, watches',
  sizeOf: 'services (watchers, for watches)',
  measurements: [
    { name: 'POST /services, steady', ...SERVICES, take: (size, { quick }) => steady(size, quick) },
    { name: 'POST /services, saturated', ...SERVICES, take: (size, { quick }) => saturated(size, quick) },
    { name: 'one by one', ...SERVICES, take: (size, { quick }) => oneByOne(size, quick) },
    { name: 'watch fan-out', sizes: [1, 100, 500], quickSizes: [100], take: (size, { quick }) => watching(size, quick) },
  ],
};
