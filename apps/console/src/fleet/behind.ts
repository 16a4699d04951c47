import type { Pod, Service } from '../api.ts';

/** Whether a pod is behind a service by its labels. A service without a selector has none. */
export const isBehind = (pod: Pod, { namespace, selector }: Service): boolean =>
  selector !== null &&
  Object.keys(selector).length > 0 &&
  pod.namespace === namespace &&
  Object.entries(selector).every(([key, value]) => pod.labels[key] === value);
