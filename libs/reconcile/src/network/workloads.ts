import { keyOf, type Step, type Workload } from '@weft/kernel';
import { changes } from '../changes.ts';

/** Steps for the processes in pods; one that should run otherwise is stopped and started. */
export function diffWorkloads(
  desired: readonly Workload[],
  observed: readonly Workload[],
): { readonly put: readonly Step[]; readonly drop: readonly Step[] } {
  const { put, drop } = changes(keyOf.workloads, desired, observed);
  const running = new Map(observed.map((workload) => [keyOf.workloads(workload), workload]));
  const stop = (workload: Workload): Step => ({ tool: 'workload-stop', workload });
  return {
    put: put.flatMap((workload): Step[] => {
      const old = running.get(keyOf.workloads(workload));
      return [...(old === undefined ? [] : [stop(old)]), { tool: 'workload-start', workload }];
    }),
    drop: drop.map(stop),
  };
}
