import { errorChain, type Logger } from '@weft/telemetry';
import { type Credential, hintsUrl } from '../identity/credential.ts';

/** What is known of the Redis of this host's node. */
export interface RedisPlaceParts {
  /** Where Redis is by this host's own settings; null: where the control plane says. */
  readonly own: string | null;
  readonly credential: () => Promise<Credential>;
  /** Has everybody listen there from now on; called again with the same place as well. The URL holds a password. */
  readonly listen: (node: string, redisUrl: string | null) => void;
  readonly log: Logger;
}

/**
 * Where the Redis of this host's node is: where the control plane last said, for it may move while a credential lasts. As whom to log in there, the credential says.
 */
export class RedisPlace {
  readonly #parts: RedisPlaceParts;
  #node: string | null = null;
  /** Undefined: the control plane has not said. */
  #told: string | null | undefined;

  constructor(parts: RedisPlaceParts) {
    this.#parts = parts;
  }

  /** A session says which node this host is. Throws CredentialError. */
  async opened(node: string): Promise<void> {
    this.#node = node;
    await this.#listen();
  }

  /** A credential is in force from now on. */
  renewed(credential: Credential): void {
    this.#node = credential.node.name;
    this.#told = credential.redis?.url ?? null;
    this.#listenAs(credential);
  }

  /** The control plane says where Redis is; null: nowhere. Never throws: what cannot be followed is tried again when it is said again. */
  async told(redisUrl: string | null): Promise<void> {
    if (redisUrl === this.#told) return;
    const before = this.#told;
    this.#told = redisUrl;
    try {
      await this.#listen();
    } catch (error) {
      this.#told = before;
      this.#parts.log.warn({ why: errorChain(error) }, 'Redis is elsewhere now, and this node cannot listen there');
    }
  }

  async #listen(): Promise<void> {
    this.#listenAs(await this.#parts.credential());
  }

  #listenAs(credential: Credential): void {
    const { own, listen, log } = this.#parts;
    if (this.#node === null) return;
    if (own === null && this.#told !== undefined && credential.redis !== null && credential.redis.url !== this.#told)
      log.info({ redis: this.#told }, 'Redis is no longer where the credential says; hints come from where it is now');
    listen(this.#node, hintsUrl(own, credential, this.#told));
  }
}
