import { Inject, Injectable } from '@nestjs/common';
import { type AnyOperation, nodeAgent } from '@weft/contract';
import { ProblemError } from '@weft/model';
import type { Config } from '../config.ts';
import { CONFIG } from '../tokens.ts';
import { RateLimit } from './rate-limit.ts';
import { Recent } from './recent.ts';
import { type Leave, Room } from './room.ts';

/**
 * Requests at a time in one replica. Nodes have rooms of their own, which people cannot fill, one for those that pull and one for all else that they say; so have strangers, whom this replica has
 * not let in before: they may be anybody, and are in nobody else's way until they have shown who they are.
 */
export const PLACES = { people: 512, pulls: 512, nodes: 512, strangers: 256 } as const;

/** Of these, how many one token can have; of strangers, one address. */
export const SHARE = { people: 256, pulls: 16, nodes: 16, strangers: 256 } as const;

/** Requests a second from one address by strangers: each costs a question to the database. */
export const STRANGERS_PER_SECOND = 100;

/** Tokens that are remembered as let in. One that is forgotten is a stranger again, no more. */
const KNOWN_KEPT = 10_000;

export type Lane = 'people' | 'pulls' | 'nodes';

/** Where a request stands in line: nodes' own operations are never behind people's. */
export function laneOf({ id, permission }: Pick<AnyOperation, 'id' | 'permission'>): Lane {
  if (permission !== 'node-agent.act') return 'people';
  return id === nodeAgent.nodeAgentDesiredPull.id ? 'pulls' : 'nodes';
}

const roomFor = (who: keyof typeof PLACES) => new Room(PLACES[who], SHARE[who]);

const seconds = () => performance.now() / 1000;

/** Decides, before anything else is done for a request, whether there is room for it. A token is known by its hash: the database is not asked for that. */
@Injectable()
export class Admission {
  private readonly rate: RateLimit;
  private readonly strangers = new RateLimit(STRANGERS_PER_SECOND);
  private readonly known = new Recent(KNOWN_KEPT);
  private readonly rooms = { people: roomFor('people'), pulls: roomFor('pulls'), nodes: roomFor('nodes'), strangers: roomFor('strangers') };

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.rate = new RateLimit(config.WEFT_REQUESTS_PER_SECOND);
  }

  /** How many nodes are pulling. */
  get pullsUnderWay(): number {
    return this.rooms.pulls.taken;
  }

  /** How many other requests of nodes are under way. */
  get nodesUnderWay(): number {
    return this.rooms.nodes.taken;
  }

  /** This replica has let that token in before. */
  knows(sha256: string): boolean {
    return this.known.has(sha256);
  }

  /** A place for a request until it is known whose token that is. Throws ProblemError TooManyRequests, Unavailable. */
  admit(lane: Lane, sha256: string, address: string): Leave {
    return this.known.has(sha256) ? this.admitKnown(lane, sha256) : this.admitStranger(address);
  }

  /** The token was good: from now on its requests have their places among its like, this one too. Throws ProblemError TooManyRequests, Unavailable. */
  letIn(lane: Lane, sha256: string, place: Leave): Leave {
    const before = this.known.has(sha256);
    this.known.add(sha256);
    if (before) return place;
    place();
    return this.admitKnown(lane, sha256);
  }

  /** A place for somebody who has no token, or one that nobody here has seen. Throws ProblemError TooManyRequests, Unavailable. */
  admitStranger(address: string): Leave {
    if (!this.strangers.allows(address, seconds()))
      throw new ProblemError('TooManyRequests', `more than ${STRANGERS_PER_SECOND} requests a second from ${address} by unknown callers`);
    return this.enter('strangers', address);
  }

  private admitKnown(lane: Lane, sha256: string): Leave {
    if (!this.rate.allows(sha256, seconds()))
      throw new ProblemError('TooManyRequests', `this token sends more than ${this.config.WEFT_REQUESTS_PER_SECOND} requests a second`);
    return this.enter(lane, sha256);
  }

  private enter(room: keyof typeof PLACES, who: string): Leave {
    const leave = this.rooms[room].enter(who);
    if (leave === 'share') throw new ProblemError('TooManyRequests', `${SHARE[room]} requests are under way from here already`);
    if (leave === 'full')
      throw new ProblemError('Unavailable', `this replica has ${PLACES[room]} such requests under way; try again, or another one`);
    return leave;
  }
}
