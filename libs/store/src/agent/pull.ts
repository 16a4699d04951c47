import { setTimeout as pause } from 'node:timers/promises';
import type { DesiredPull } from '@weft/model';
import type { Database } from '../database/database.ts';
import { ALL_ALIKE, askedTogether } from '../database/together.ts';
import { found } from '../read/not-found.ts';
import { type Asking, type Pulled, type ReadForAll, readPulls, type Since } from './read-pulls.ts';
import { SharedAnswers } from './shared-answers.ts';
import { carry, isOld, type SharedVersions } from './shared-sum.ts';

interface Question {
  readonly nodeId: string;
  readonly since: Since;
  /** The answer is of this revision or a newer one; null: of the one that is the newest when it is asked. */
  readonly atLeast: number | null;
}

/** What is being read for every node. */
interface UnderWay {
  readonly epoch: string;
  /** From which point on. */
  readonly from: number;
  /** It is of this revision or a newer one, unless whoever asked knows of one that there is not. */
  readonly revision: number;
  /** Resolves when it is over, however it ended, and kept. */
  readonly over: Promise<void>;
}

/** True for what will do for a node when it is read. */
function willDoFor(underWay: UnderWay, { since, atLeast }: Question): boolean {
  return (
    since !== null && atLeast !== null && since.epoch === underWay.epoch && atLeast <= underWay.revision && underWay.from <= since.revision
  );
}

/** What is read for every node when these are answered; null: nothing, or nobody knows of what revision it is. */
function beginning(asking: readonly (Question & Asking)[], before: SharedAnswers | null, over: Promise<void>): UnderWay | null {
  const fresh = asking.filter(({ kept }) => kept === null);
  const epoch = fresh.find(({ since }) => since !== null)?.since?.epoch;
  if (epoch === undefined) return null;
  const own = fresh.filter(({ since }) => since?.epoch === epoch);
  return {
    epoch,
    from: Math.min(...own.map(({ since, reached }) => (reached === null ? since?.revision : before?.earliest) ?? 0)),
    revision: Math.max(...own.map(({ atLeast }) => atLeast ?? 0)),
    over,
  };
}

/** True for a node that knows of more than it has. One that only compares is in no hurry. */
const isHurry = ({ since, atLeast }: Question): boolean => atLeast !== null && atLeast > (since?.revision ?? 0);

/** True for answers that have one for a node which is not older than it may be. Whoever compares is led on now and then, also where all that changes is nothing to nodes: how it was is forgotten. */
function doFor(kept: SharedAnswers, question: Question, now: number): boolean {
  const { since, atLeast } = question;
  return atLeast !== null && atLeast <= kept.revision && kept.knows(since) && (isHurry(question) || !isOld(kept, now));
}

/** How long nodes that ask are gathered while nothing is asked for them, in ms at the most. */
const REST_MAX_MS = 500;

/** Who waits longer than this for what is being read, in ms, has it read again: that statement may be one that is never answered. */
const WAIT_MAX_MS = 3_000;

/** How long for the sake of a crowd alone: nodes that were woken together are to have the change together. */
const GATHER_MS = 40;

/**
 * Asks what one node has to make true. What was read for every node is kept, and serves whoever asks from where that begins, or from further on, for no more than that: in a storm of changes all nodes
 * ask for the same, however long it takes until each has asked, and it is read once. Who comes while it is being read waits for it. What is the node's own is read for each, as it is; if any of it is
 * newer, so is the whole answer. Throws ProblemError NotFound for a node that is not there.
 */
export function pulls(database: Database): (nodeId: string, since: Since, atLeast?: number | null) => Promise<DesiredPull> {
  let versions: SharedVersions | null = null;
  let kept: SharedAnswers | null = null;
  let underWay: UnderWay | null = null;
  /** Keeps what was read for every node, on top of the versions that were known. */
  const learn = (
    pulled: Pulled,
    { versions: since, shared }: ReadForAll,
    { base, before }: { readonly base: SharedVersions | null; readonly before: SharedAnswers | null },
  ) => {
    const at = { epoch: pulled.epoch, revision: Number(pulled.revision) };
    const { sum, next } = carry(base, at, since, performance.now());
    // Of two statements under way the one that read everything may be answered first.
    if (next !== base && (versions?.epoch !== at.epoch || next.readAt >= versions.readAt)) versions = next;
    const follows = before !== null && before.epoch === at.epoch && shared.known === before.revision;
    const read = follows ? before.followedBy(pulled, shared, sum) : SharedAnswers.of(pulled, shared, sum);
    // Of two statements under way the one that began first may be answered last.
    if (kept === null || kept.epoch !== read.epoch || kept.revision <= read.revision) {
      kept = read.forOthers();
    }
    return read;
  };
  const answer = async (questions: readonly Question[]) => {
    const before = kept;
    const now = performance.now();
    const asking = questions.map((question) => ({
      ...question,
      kept: before !== null && doFor(before, question, now) ? before.revision : null,
      reached: before?.knows(question.since) ? before.revision : null,
    }));
    // Who asks for everything is told the sum of that, so that a node which did not believe what was carried on is the last one.
    const whole = questions.some(({ since }) => since === null);
    const base = versions === null || whole || (!questions.some(isHurry) && isOld(versions, now)) ? null : versions;
    const { promise: over, resolve: ended } = Promise.withResolvers<void>();
    const begun = beginning(asking, before, over);
    underWay = begun ?? underWay;
    let pulled: Pulled;
    let read: SharedAnswers | null;
    try {
      pulled = await database.read((tables) => readPulls(tables, { asking, others: before?.revision ?? null, summed: base }));
      read = pulled.forAll === null ? null : learn(pulled, pulled.forAll, { base, before });
    } finally {
      if (underWay === begun) underWay = null;
      ended();
    }
    // Nor does anybody ask again who was told everything unasked.
    if (base !== null && pulled.own.some(({ known }) => known === null)) versions = null;
    const places = new Map(questions.map((question, at) => [question, at]));
    const own = new Map(pulled.own.map((one) => [one.at, one]));
    return (question: Question) => {
      const one = own.get(places.get(question) ?? -1);
      const answers = one?.fresh === false ? before : read;
      return one === undefined || answers === null ? undefined : answers.pullOf(one);
    };
  };
  const ask = askedTogether<Question, DesiredPull | undefined>(answer, {
    ...ALL_ALIKE,
    restMaxMs: REST_MAX_MS,
    gatherMs: GATHER_MS,
  });
  return async (nodeId, since, atLeast = null) => {
    const question = { nodeId, since, atLeast };
    const isKept = kept !== null && doFor(kept, question, performance.now());
    if (!isKept && underWay !== null && willDoFor(underWay, question))
      await Promise.race([underWay.over, pause(WAIT_MAX_MS, undefined, { ref: false })]);
    return found(await ask(question), 'node', nodeId);
  };
}
