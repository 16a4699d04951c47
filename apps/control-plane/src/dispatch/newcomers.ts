/** How long others wait for a node at the most, in ms: of one that cannot apply anything they are told all the same. */
const WITHIN_MS = 3_000;

interface Newcomer {
  readonly revision: number;
  readonly tell: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Nodes that have just joined. Others are told of one when it has applied everything: nothing on it can be reached before, and a fleet that pulls at the same time keeps it from what it
 * waits for. Nothing depends on it, as on no hint: what is lost with a process that is killed the sweep tells.
 */
export class Newcomers {
  private readonly expected = new Map<string, Newcomer>();

  /** Has `tell` called when a node has applied a revision, or in three seconds. */
  expect(nodeId: string, revision: number, tell: () => void): void {
    this.arrive(nodeId);
    const timer = setTimeout(() => this.arrive(nodeId), WITHIN_MS).unref();
    this.expected.set(nodeId, { revision, tell, timer });
  }

  /** A node has applied a revision. */
  applied(nodeId: string, revision: number): void {
    if (revision >= (this.expected.get(nodeId)?.revision ?? Number.POSITIVE_INFINITY)) this.arrive(nodeId);
  }

  /** Tells of all that are still expected. */
  tellAll(): void {
    for (const nodeId of this.expected.keys()) this.arrive(nodeId);
  }

  private arrive(nodeId: string): void {
    const newcomer = this.expected.get(nodeId);
    if (newcomer === undefined) return;
    clearTimeout(newcomer.timer);
    this.expected.delete(nodeId);
    newcomer.tell();
  }
}
