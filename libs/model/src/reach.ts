/** Names of the namespaces that somebody may see and touch; null: all of them, and what belongs to none. */
export type Reach = readonly string[] | null;

/** True when a namespace is one of those. */
export function reaches(reach: Reach, namespace: string): boolean {
  return reach === null || reach.includes(namespace);
}

/** Why somebody may not do something in a namespace, in one sentence for people. */
export function beyondReach(reach: readonly string[], namespace: string): string {
  return `this token reaches only namespaces ${reach.join(', ')}, not ${namespace}`;
}
