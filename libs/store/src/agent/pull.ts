import { type ClusterNetwork, checksumOf, type DesiredPull, type DesiredService, type VersionSum } from '@weft/model';
import type { Database } from '../database/database.ts';
import { askedTogether } from '../database/together.ts';
import { desiredService } from '../past/recorded-service.ts';
import { found } from '../read/not-found.ts';
import { type Own, type Pulled, readPulls, type Shared, type Since, type VersionsSince } from './read-pulls.ts';
import { carry, isOld, type SharedVersions } from './shared-sum.ts';

interface Question {
  readonly nodeId: string;
  readonly since: Since;
  /** The answer is of this revision or a newer one; null: of the one that is the newest when it is asked. */
  readonly atLeast: number | null;
}

/** What is for every node at one revision, for each point at which nodes were before. */
interface SharedAnswers {
  readonly epoch: string;
  readonly revision: number;
  readonly network: ClusterNetwork;
  /** Of all that is for every node. */
  readonly sum: VersionSum;
  readonly points: ReadonlyMap<number | null, Shared<DesiredService>>;
}

const bits = (text: string) => BigInt(`0b${text}`);

/** What was read for every node. */
function sharedAnswers({ epoch, revision, network, shared }: Pulled, sum: VersionSum): SharedAnswers {
  const points = new Map(shared.map((point) => [point.known, { ...point, services: point.services.map(desiredService) }]));
  return { epoch, revision: Number(revision), network, sum, points };
}

/** Puts together what one node has to know. */
function pullOf(answers: SharedAnswers, { known, control, checksum, pods, removed }: Own): DesiredPull | undefined {
  const point = answers.points.get(known);
  if (point === undefined) return undefined;
  const { epoch, revision, network } = answers;
  return {
    kind: known === null ? 'snapshot' : 'delta',
    ...{ epoch, revision, control },
    checksum: checksumOf(answers.sum ^ bits(checksum)),
    cluster: network,
    nodes: point.nodes,
    pods,
    services: point.services,
    removed: [...point.removed, ...removed].sort(),
  };
}

/** True for answers that have one for a node at this point which is not older than it may be. */
function doFor(kept: SharedAnswers, { since, atLeast }: Question): boolean {
  return since !== null && atLeast !== null && since.epoch === kept.epoch && atLeast <= kept.revision && kept.points.has(since.revision);
}

/** The same without everything, which nobody asks for again and which is the most there can be. */
function withoutSnapshot(answers: SharedAnswers): SharedAnswers {
  return { ...answers, points: new Map([...answers.points].filter(([known]) => known !== null)) };
}

/** At how many points the nodes may be that one statement answers: what has changed since each is one value. */
const POINTS_MAX = 16;

/** How many of the revisions that nodes were led to last are read from as well: where those are that asked in between, or where all others are. */
const OTHERS_MAX = 1;

/** How long nodes that ask are gathered while nothing is asked for them, in ms at the most. */
const REST_MAX_MS = 500;

/** How long for the sake of a crowd alone: nodes that were woken together are to have the change together. */
const GATHER_MS = 40;

/**
 * Asks what one node has to make true. What was read for every node is kept, and serves whoever asks from the same point for no more than that: a storm of changes leads all nodes from one
 * revision to the next, however long it takes until each has asked, and what is between the two is read once. What is the node's own is read for each, as it is; if any of it is
 * newer, so is the whole answer. Throws ProblemError NotFound for a node that is not there.
 */
export function pulls(database: Database): (nodeId: string, since: Since, atLeast?: number | null) => Promise<DesiredPull> {
  let versions: SharedVersions | null = null;
  let kept: SharedAnswers | null = null;
  /** Revisions that nodes were led to, the last one first. */
  let ends: readonly number[] = [];
  /** Keeps what was read for every node, on top of the versions that were known. */
  const learn = (pulled: Pulled, since: VersionsSince, base: SharedVersions | null) => {
    const at = { epoch: pulled.epoch, revision: Number(pulled.revision) };
    const { sum, next } = carry(base, at, since, performance.now());
    // Of two statements under way the one that read everything may be answered first.
    if (next !== base && (versions?.epoch !== at.epoch || next.readAt >= versions.readAt)) versions = next;
    const read = sharedAnswers(pulled, sum);
    kept = withoutSnapshot(read);
    ends = [read.revision, ...ends.filter((end) => end !== read.revision)].slice(0, OTHERS_MAX);
    return read;
  };
  const answer = async (questions: readonly Question[]) => {
    const before = kept;
    const asking = questions.map((question) => ({
      ...question,
      kept: before !== null && doFor(before, question) ? before.revision : null,
    }));
    const others = ends;
    // Who asks for everything is told the sum of that, so that a node which did not believe what was carried on is the last one.
    const whole = questions.some(({ since }) => since === null);
    const hurry = questions.some(({ atLeast }) => atLeast !== null);
    const base = versions === null || whole || (!hurry && isOld(versions, performance.now())) ? null : versions;
    const pulled = await database.read((tables) => readPulls(tables, { asking, others, summed: base }));
    const read = pulled.versions === null ? null : learn(pulled, pulled.versions, base);
    // Nor does anybody ask again who was told everything unasked.
    if (base !== null && pulled.own.some(({ known }) => known === null)) versions = null;
    const places = new Map(questions.map((question, at) => [question, at]));
    const own = new Map(pulled.own.map((one) => [one.at, one]));
    return (question: Question) => {
      const one = own.get(places.get(question) ?? -1);
      const answers = one?.fresh === false ? before : read;
      return one === undefined || answers === null ? undefined : pullOf(answers, one);
    };
  };
  const ask = askedTogether<Question, DesiredPull | undefined>(answer, {
    kindOf: ({ since }) => `${since?.epoch} ${since?.revision}`,
    kindsMax: POINTS_MAX,
    ofKindMax: Number.POSITIVE_INFINITY,
    restMaxMs: REST_MAX_MS,
    gatherMs: GATHER_MS,
  });
  return async (nodeId, since, atLeast = null) => found(await ask({ nodeId, since, atLeast }), 'node', nodeId);
}
