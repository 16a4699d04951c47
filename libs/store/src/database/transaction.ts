import type pg from 'pg';
import { send } from './connection.ts';
import { sqlstateOf } from './database-errors.ts';

/** When a transaction's commit is on disk: before it is answered, or soon after. */
export type Commit = 'flushed' | 'flushed later';

/** A transaction whose commit is not waited for frees its locks before the disk has it, in which nobody else could commit. */
const BEGIN: Readonly<Record<Commit, { readonly text: string }>> = {
  flushed: { text: 'BEGIN' },
  'flushed later': { text: 'BEGIN; SET LOCAL synchronous_commit = off' },
};
const COMMIT = { text: 'COMMIT' };
const ROLLBACK = { text: 'ROLLBACK' };

/** SQLSTATE of a statement that comes after one that failed. */
const AFTERMATH = '25P02';

/** The statements of one transaction, on a connection that nobody else uses meanwhile. */
export class Transaction {
  private readonly connection: pg.ClientBase;
  private readonly under = new Set<Promise<unknown>>();
  private over = false;
  private failure: unknown = null;

  constructor(connection: pg.ClientBase, commit: Commit) {
    this.connection = connection;
    // Not waited for: it travels with the first statement.
    this.note(send(connection, BEGIN[commit]));
  }

  /** Sends a statement at once. Throws when the transaction is over: whoever did not wait for what it was about must not write outside of it. */
  run(query: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.over) throw new Error('the transaction is over');
    return this.note(send(this.connection, query));
  }

  /** Commits together with the statements that nobody waits for. Rejects with what the first of all that failed has failed with. */
  async commit(): Promise<void> {
    this.over = true;
    const committed = send(this.connection, COMMIT);
    await Promise.allSettled([...this.under, committed]);
    const { command } = await committed;
    if (this.failure !== null) throw this.failure;
    if (command !== 'COMMIT') throw new Error('the transaction had failed before its end, and nobody said so');
  }

  /** Takes everything back. Gives the reason when the connection cannot be used any more. */
  async rollback(): Promise<Error | undefined> {
    this.over = true;
    try {
      await send(this.connection, ROLLBACK);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** What an error is really about: after a failure every statement fails, and says no more than that. */
  causeOf(error: unknown): unknown {
    return sqlstateOf(error) === AFTERMATH ? (this.failure ?? error) : error;
  }

  private note<T>(sent: Promise<T>): Promise<T> {
    this.under.add(sent);
    sent.then(
      () => this.under.delete(sent),
      (error: unknown) => {
        this.under.delete(sent);
        this.failure ??= error;
      },
    );
    return sent;
  }
}
