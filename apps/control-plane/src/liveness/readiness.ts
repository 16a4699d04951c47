import { Inject, Injectable } from '@nestjs/common';
import { ProblemError } from '@weft/model';
import type { Store } from '@weft/store';
import { STORE } from '../tokens.ts';

/** Whether this replica is to be given requests. Redis is not asked for: without it nodes are woken late and nothing else. */
@Injectable()
export class Readiness {
  private leaving = false;

  constructor(@Inject(STORE) private readonly store: Store) {}

  /** From now on this replica asks to be given no more requests, and answers those that come all the same. */
  leave(): void {
    this.leaving = true;
  }

  /** Resolves when it is; throws ProblemError Unavailable when the database does not answer or the process is going down. */
  async require(): Promise<void> {
    if (this.leaving) throw new ProblemError('Unavailable', 'this replica is going down; ask another');
    await this.store.ping();
  }
}
