import { Inject, Injectable } from '@nestjs/common';
import type { AnyOperation } from '@weft/contract';
import { ProblemError } from '@weft/model';
import type { Config } from '../config.ts';
import { CONFIG } from '../tokens.ts';
import { RateLimit } from './rate-limit.ts';
import { type Leave, Room } from './room.ts';

/** Requests at a time in one replica; those of nodes have a room of their own, which people cannot fill. */
export const PLACES = { people: 512, nodes: 512 } as const;

/** Of these, how many one token can have. */
export const SHARE = { people: 256, nodes: 16 } as const;

export type Lane = keyof typeof PLACES;

/** Where a request stands in line: nodes' own operations are never behind people's. */
export const laneOf = ({ permission }: AnyOperation): Lane => (permission === 'node-agent.act' ? 'nodes' : 'people');

/** Decides, before anything else is done for a request, whether there is room for it. It is known by its token's hash: the database is not asked for that. */
@Injectable()
export class Admission {
  private readonly rate: RateLimit;
  private readonly rooms: Readonly<Record<Lane, Room>> = {
    people: new Room(PLACES.people, SHARE.people),
    nodes: new Room(PLACES.nodes, SHARE.nodes),
  };

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.rate = new RateLimit(config.WEFT_REQUESTS_PER_SECOND);
  }

  /** Takes a place for a request. Throws ProblemError TooManyRequests, Unavailable. */
  admit(lane: Lane, sha256: string): Leave {
    if (!this.rate.allows(sha256, performance.now() / 1000))
      throw new ProblemError('TooManyRequests', `this token sends more than ${this.config.WEFT_REQUESTS_PER_SECOND} requests a second`);
    const leave = this.rooms[lane].enter(sha256);
    if (leave === 'share') throw new ProblemError('TooManyRequests', `this token has ${SHARE[lane]} requests under way`);
    if (leave === 'full')
      throw new ProblemError('Unavailable', `this replica has ${PLACES[lane]} requests under way; try again, or another one`);
    return leave;
  }
}
