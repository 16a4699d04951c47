import type { ClusterNetwork, DesiredPull, DesiredService } from '@weft/model';
import type { Database } from '../database/database.ts';
import { askedTogether } from '../database/together.ts';
import { desiredService } from '../past/recorded-service.ts';
import { found } from '../read/not-found.ts';
import { type Own, type Pulled, readPulls, type Shared, type Since, type Summed } from './read-pulls.ts';

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
  readonly checksum: bigint;
  readonly points: ReadonlyMap<number | null, Shared<DesiredService>>;
}

const bits = (text: string) => BigInt(`0b${text}`);

/** 256 bits in hex. */
const CHECKSUM_DIGITS = 64;

/** What was read for every node; null: nothing was. */
function sharedAnswers({ epoch, revision, network, checksum, shared }: Pulled): SharedAnswers | null {
  if (checksum === null) return null;
  const points = new Map(shared.map((point) => [point.known, { ...point, services: point.services.map(desiredService) }]));
  return { epoch, revision: Number(revision), network, checksum: bits(checksum), points };
}

/** Puts together what one node has to know. */
function pullOf(answers: SharedAnswers, { known, control, checksum, pods, removed }: Own): DesiredPull | undefined {
  const point = answers.points.get(known);
  if (point === undefined) return undefined;
  const { epoch, revision, network } = answers;
  return {
    kind: known === null ? 'snapshot' : 'delta',
    ...{ epoch, revision, control },
    checksum: (answers.checksum ^ bits(checksum)).toString(16).padStart(CHECKSUM_DIGITS, '0'),
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
  let summed: Summed | null = null;
  let kept: SharedAnswers | null = null;
  /** Revisions that nodes were led to, the last one first. */
  let ends: readonly number[] = [];
  const answer = async (questions: readonly Question[]) => {
    const before = kept;
    const asking = questions.map((question) => ({
      ...question,
      kept: before !== null && doFor(before, question) ? before.revision : null,
    }));
    const others = ends;
    const pulled = await database.read((tables) => readPulls(tables, { asking, others, summed }));
    const { epoch, revision, checksum } = pulled;
    const read = sharedAnswers(pulled);
    if (checksum !== null) summed = { epoch, revision, checksum };
    if (read !== null) {
      kept = withoutSnapshot(read);
      ends = [read.revision, ...ends.filter((end) => end !== read.revision)].slice(0, OTHERS_MAX);
    }
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
