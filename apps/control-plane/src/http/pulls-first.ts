import { Injectable } from '@nestjs/common';
import { pause } from '../clock.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { Admission, SHARE } from './admission.ts';
import { Room } from './room.ts';

/** How many requests of nodes may be under way for one more report to be let in while reports stand in line: more would be refused. */
const BESIDE = 256;

/** Who stands in line longer goes in as if there was none, in ms, and is refused when there is no room. Executors wait longer for an answer. */
export const IN_LINE_MS = 5_000;

/** So many stand in line at the most, and of one token no more than its share; the next goes in as if there was no line. */
export const LINE_MOST = 1_024;

/** How often is looked whether it is the reports' turn, in ms. */
const LOOK_MS = 5;

interface Waiting {
  readonly since: number;
  readonly enter: () => void;
}

/**
 * After a change nodes pull, apply and report. While there are nodes that have not pulled yet, reports of those that have stand back: the change is everywhere the sooner, and
 * the reports are taken in together. A report that comes when nobody pulls and nobody stands in line waits for nothing.
 */
@Injectable()
export class PullsFirst {
  private readonly line: Waiting[] = [];
  private readonly places = new Room(LINE_MOST, SHARE.nodes);

  constructor(
    private readonly admission: Admission,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Resolves when it is the turn of a report with that token. */
  async turn(token: string): Promise<void> {
    if (this.line.length === 0 && !this.nodesPull) return;
    const leave = this.places.enter(token);
    if (leave === 'full' || leave === 'share') return;
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.line.push({ since: performance.now(), enter: resolve }) === 1) void this.attend();
    await promise;
    leave();
  }

  private get nodesPull(): boolean {
    if (this.dispatcher.standBackMs < LOOK_MS) return false;
    return this.dispatcher.isWaking || this.admission.pullsUnderWay > 0;
  }

  /** Lets reports in until the line is empty; whoever comes then begins another one. */
  private async attend(): Promise<void> {
    const since = performance.now();
    while (this.line.length > 0) {
      await pause(LOOK_MS);
      const now = performance.now();
      const late = this.line.filter((one) => one.since <= now - IN_LINE_MS).length;
      const room = this.nodesPull && now - since < this.dispatcher.standBackMs ? 0 : BESIDE - this.admission.nodesUnderWay;
      for (const { enter } of this.line.splice(0, Math.max(late, room))) enter();
    }
  }
}
