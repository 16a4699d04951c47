import type { LaggingNode } from '@weft/store';

/** Knows which nodes lack something for longer than a hint takes. In a storm all of them always lack something, and what they lack is on its way. */
export class Laggards {
  private lacks = new Map<string, { readonly revision: number; readonly since: number }>();

  /** Of nodes that lag now those that lack what they lacked so many ms ago, when they were looked at or last overdue then: who is slow is not the quicker for being woken all the time. */
  overdue(lagging: readonly LaggingNode[], now: number, patienceMs: number): LaggingNode[] {
    this.lacks = new Map(
      lagging.map(({ name, desiredRevision, appliedRevision }) => {
        const before = this.lacks.get(name);
        const still = before !== undefined && appliedRevision < before.revision;
        return [name, still ? before : { revision: desiredRevision, since: now }];
      }),
    );
    const overdue = lagging.filter(({ name }) => now - (this.lacks.get(name)?.since ?? now) >= patienceMs);
    for (const { name, desiredRevision } of overdue) this.lacks.set(name, { revision: desiredRevision, since: now });
    return overdue;
  }
}
