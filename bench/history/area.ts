import type { Area } from '../harness/area.ts';
import { commits } from './commits.ts';
import { withPostgres } from './own-postgres.ts';
import { reads } from './reads.ts';

/** What it costs to remember every state. */
export const history: Area = {
  summary: 'what remembering every state adds to changes, and what pulling and rebuilding one takes',
  sizeOf: 'endpoints or services',
  measurements: [
    { name: 'commits', sizes: [1_000], quickSizes: [100], take: (size) => withPostgres((server) => commits(server, size)) },
    { name: 'reads', sizes: [1_000, 10_000], quickSizes: [1_000], take: (size) => withPostgres((server) => reads(server, size)) },
  ],
};
