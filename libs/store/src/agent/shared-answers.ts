import { type ClusterNetwork, checksumOf, type DesiredNode, type DesiredPull, type DesiredService, type VersionSum } from '@weft/model';
import { desiredService, type RecordedService } from '../past/recorded-service.ts';
import type { Own, Pulled, ReadForAll, Shared, Since } from './read-pulls.ts';

/** What nodes have to know that are at one point, in the words that all of them get. */
interface Told {
  readonly nodes: DesiredNode[];
  readonly services: DesiredService[];
  readonly removed: readonly string[];
}

/** From so many points on a node is told what one is told that is earlier: it is put into words for each, and all of them may be the most there can be. */
const POINTS_MAX = 16;

/** So long, in ms, it is kept what has changed since nodes were led somewhere: the slowest is back by then in the longest storm, and who comes later has it read. */
const KEPT_MS = 20_000;

const bits = (text: string) => BigInt(`0b${text}`);

/** Where nodes were led. */
interface End {
  readonly revision: number;
  /** When it was read, in ms of performance.now. */
  readonly readAt: number;
}

/** Of what has changed since some point that which has since a later one. */
function later({ nodes, services, removed }: Shared<DesiredService>, point: number): Shared<DesiredService> {
  const isLater = ({ revision }: { readonly revision: number }) => revision > point;
  return {
    known: point,
    earliest: point,
    nodes: nodes.filter(isLater),
    services: services.filter(isLater),
    removed: removed.filter(isLater),
  };
}

/** What has changed since some point, and what has since that was read: of what is in both the newest. */
function together(earlier: Shared<DesiredService>, since: Shared<DesiredService>): Shared<DesiredService> {
  const touched = new Set([...since.nodes, ...since.services, ...since.removed].map(({ id }) => id));
  const untouched = ({ id }: { readonly id: string }) => !touched.has(id);
  return {
    known: earlier.earliest,
    earliest: earlier.earliest,
    nodes: [...earlier.nodes.filter(untouched), ...since.nodes],
    services: [...earlier.services.filter(untouched), ...since.services],
    removed: [...earlier.removed.filter(untouched), ...since.removed],
  };
}

const desired = ({ services, ...read }: Shared<RecordedService>): Shared<DesiredService> => ({
  ...read,
  services: services.map(desiredService),
});

const toldOf = ({ nodes, services, removed }: Shared<DesiredService>): Told => ({ nodes, services, removed: removed.map(({ id }) => id) });

/**
 * What is for every node at one revision, read from one point on: whoever is there or further on is told what is later. Who is told of something that it knows comes to the same, as
 * objects come in their newest versions and ids are given out once.
 */
export class SharedAnswers {
  readonly epoch: string;
  readonly revision: number;
  readonly #network: ClusterNetwork;
  /** Of all that is for every node. */
  readonly #sum: VersionSum;
  readonly #read: Shared<DesiredService>;
  readonly #everything: Told | null;
  /** By the points at which nodes were. */
  readonly #told: Map<number, Told>;
  /** When it was read, in ms of performance.now. */
  readonly readAt: number;
  /** Where nodes were led before, the last time at the end. */
  readonly #ends: readonly End[];

  private constructor(
    { epoch, revision, network, readAt, ends }: Pick<Pulled, 'epoch' | 'network'> & End & { readonly ends: readonly End[] },
    sum: VersionSum,
    read: Shared<DesiredService>,
    told = new Map<number, Told>(read.known === null ? [] : [[read.known, toldOf(read)]]),
  ) {
    this.epoch = epoch;
    this.revision = revision;
    this.#network = network;
    this.#sum = sum;
    this.#read = read;
    this.#everything = read.known === null ? { nodes: read.nodes, services: read.services, removed: [] } : null;
    this.#told = told;
    this.readAt = readAt;
    this.#ends = ends;
  }

  /** What was read for every node. `sum`: of all of that. */
  static of({ epoch, revision, network }: Pulled, read: ReadForAll['shared'], sum: VersionSum): SharedAnswers {
    return new SharedAnswers({ epoch, revision: Number(revision), network, readAt: performance.now(), ends: [] }, sum, desired(read));
  }

  /** The same with what was read from its revision on. */
  followedBy({ epoch, revision, network }: Pulled, read: ReadForAll['shared'], sum: VersionSum): SharedAnswers {
    const ends = [...this.#ends, { revision: this.revision, readAt: this.readAt }];
    const at = { epoch, revision: Number(revision), network, readAt: performance.now(), ends };
    return new SharedAnswers(at, sum, together(this.#read, desired(read)));
  }

  /**
   * The same for those who will ask for what is later. Everything, which nobody asks for twice and which is the most there can be, is not in it, nor what has changed long ago: no other node is
   * there.
   */
  forOthers(): SharedAnswers {
    const { epoch, revision, readAt } = this;
    const old = this.#ends.findLastIndex((end) => end.readAt < readAt - KEPT_MS);
    const point = Math.max(this.earliest, this.#ends[old]?.revision ?? 0);
    if (this.#read.known === point) return this;
    return new SharedAnswers(
      { epoch, revision, network: this.#network, readAt, ends: this.#ends.slice(Math.max(old, 0)) },
      this.#sum,
      later(this.#read, point),
      // Who asks later is told the same list as who asked now, which is put into words once.
      this.#told,
    );
  }

  /** From here on it is known what is gone. */
  get earliest(): number {
    return this.#read.earliest ?? this.revision;
  }

  /** True when this has an answer for a node at a point. */
  knows(since: Since): since is NonNullable<Since> {
    return since !== null && since.epoch === this.epoch && since.revision <= this.revision && this.earliest <= since.revision;
  }

  /** Puts together what one node has to know. */
  pullOf({ known, control, checksum, pods, removed }: Own): DesiredPull | undefined {
    const told = known === null ? this.#everything : this.#since(known);
    if (told === null) return undefined;
    const { epoch, revision } = this;
    return {
      kind: known === null ? 'snapshot' : 'delta',
      ...{ epoch, revision, control },
      checksum: checksumOf(this.#sum ^ bits(checksum)),
      cluster: this.#network,
      nodes: told.nodes,
      pods,
      services: told.services,
      removed: [...told.removed, ...removed].sort(),
    };
  }

  /** What a node at a point is told; null: this does not reach back to it. */
  #since(point: number): Told | null {
    if (point < this.earliest) return null;
    const known = this.#told.get(point);
    if (known !== undefined) return known;
    const earlier = [...this.#told.keys()].filter((other) => other < point);
    const told = this.#told.get(Math.max(...earlier));
    if (this.#told.size >= POINTS_MAX && told !== undefined) return told;
    const own = toldOf(later(this.#read, point));
    this.#told.set(point, own);
    return own;
  }
}
