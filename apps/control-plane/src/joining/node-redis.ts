import { Inject, Injectable } from '@nestjs/common';
import { asSeenByOthers, type NodeUsers, nodeUserName, withoutUser } from '@weft/jobs';
import type { NodeRedis as NodeRedisAccess } from '@weft/model';
import type { Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import type { Config } from '../config.ts';
import { CONFIG, LOG, NODE_USERS, STORE } from '../tokens.ts';

/** A request is not kept waiting longer than this for a Redis that does not answer, in ms. The sweep does what was not done then. */
const PATIENCE_MS = 2_000;

const late = () => new Promise<never>((_resolve, reject) => setTimeout(reject, PATIENCE_MS, new Error('Redis does not answer')).unref());

/** Lets nodes into Redis and out of it. What the database says is put there at once when it changes, and by the sweep whenever it is not so. */
@Injectable()
export class NodeRedis {
  private failing = false;
  /** Where nodes reach Redis, without a user. Null: they cannot, and ask at every heartbeat instead of being woken. */
  readonly url: string | null;

  constructor(
    @Inject(STORE) private readonly store: Store,
    @Inject(NODE_USERS) private readonly users: NodeUsers,
    @Inject(CONFIG) { REDIS_URL, WEFT_NODE_REDIS_URL }: Config,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.url = WEFT_NODE_REDIS_URL === undefined ? asSeenByOthers(REDIS_URL) : withoutUser(WEFT_NODE_REDIS_URL);
  }

  /** What a node has to know to get its hints. */
  accessOf(nodeId: string, password: string): NodeRedisAccess | null {
    return this.url === null ? null : { url: this.url, username: nodeUserName(nodeId), password };
  }

  /** Tells Redis what a node's credentials are now. Waits for it for a moment, and never fails. */
  async tell(nodeId: string): Promise<void> {
    await this.attempt(async () => this.users.put(await this.store.joining.redisUsers(nodeId)));
  }

  /** Makes right what is not as the database says. */
  async mend(): Promise<void> {
    await this.attempt(async () => {
      const mended = await this.users.mend(await this.store.joining.redisUsers());
      if (mended > 0) this.log.info({ users: mended }, 'nodes that Redis did not know as they are can get in again, or not any more');
    });
  }

  /** One line when it begins to fail, not one for each. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([work(), late()]);
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        this.log.warn({ err: error }, 'the users of nodes in Redis are not as they should be; trying again with every sweep');
      this.failing = true;
    }
  }
}
