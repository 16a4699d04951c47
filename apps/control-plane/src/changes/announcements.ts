import { Injectable } from '@nestjs/common';
import type { Concerns } from '@weft/store';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { Revisions } from '../watch/revisions.ts';

/** What has to be known of a commit to tell of it. */
interface Told {
  readonly concerns: Concerns;
  readonly revision: number;
}

/** Tells of commits: wakes the nodes that they concern, and those who watch. */
@Injectable()
export class Announcements {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly revisions: Revisions,
  ) {}

  announce({ concerns, revision }: Told): void {
    this.dispatcher.wake(concerns, revision);
    this.revisions.changed();
  }
}
