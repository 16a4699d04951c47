import type { Area } from './harness/area.ts';

/** Every area by its name, in the order in which they are measured. One is loaded when it is wanted. */
export const AREAS: Readonly<Record<string, () => Promise<Area>>> = {
  compile: async () => (await import('./compile/area.ts')).compiling,
  executor: async () => (await import('./executor/area.ts')).executor,
  pods: async () => (await import('./pods/area.ts')).pods,
  dataplane: async () => (await import('./dataplane/area.ts')).dataplane,
  recording: async () => (await import('./recording/area.ts')).recording,
  history: async () => (await import('./history/area.ts')).history,
  fleet: async () => (await import('./fleet/area.ts')).fleet,
  api: async () => (await import('./api/area.ts')).api,
  'command-line': async () => (await import('./command-line/area.ts')).commandLine,
  convergence: async () => (await import('./convergence/area.ts')).convergence,
};
