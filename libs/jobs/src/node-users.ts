import { nodeKeyPrefix } from './hint.ts';
import type { RedisAccess } from './redis-access.ts';
import { connectProducer } from './redis-connection.ts';

/** What lets one node into Redis. */
export interface NodeUser {
  readonly nodeId: string;
  readonly nodeName: string;
  /** SHA-256 of every password that is good, in hex; none: the node must not get in. */
  readonly passwords: readonly string[];
}

/** The users of nodes in Redis, made and ended by whoever administers it. */
export interface NodeUsers {
  /** Makes these users as they are said to be, whatever they were; ends those without a password, with their connections. Rejects while Redis is away. */
  put(users: readonly NodeUser[]): Promise<void>;
  /** The same for those that are not as they are said to be: Redis forgets its users when it restarts. Answers how many those were. */
  mend(users: readonly NodeUser[]): Promise<number>;
  close(): void;
}

/** Name of a node's Redis user. Ids are of one node only, so that several fleets can use one Redis. */
export function nodeUserName(nodeId: string): string {
  return `weft-${nodeId}`;
}

/**
 * What a node's user may do, after `reset`: read and write its own keys, with the commands and scripts of a BullMQ worker, and nothing that tells of or changes
 * anything else. RANDOMKEY, DBSIZE, SCAN and KEYS look at everybody's keys; SCRIPT and FUNCTION change what others run.
 */
const RIGHTS = [
  '-@all',
  '+@read',
  '+@write',
  '+@connection',
  '+@blocking',
  '+@transaction',
  '-@dangerous',
  '-@scripting',
  '+eval',
  '+evalsha',
  '+info',
  '-keys',
  '-scan',
  '-randomkey',
  '-dbsize',
];

const setUser = ({ nodeId, nodeName, passwords }: NodeUser): string[] => [
  'SETUSER',
  nodeUserName(nodeId),
  'reset',
  'on',
  ...passwords.map((hash) => `#${hash}`),
  'resetkeys',
  `~${nodeKeyPrefix(nodeName)}:*`,
  'resetchannels',
  ...RIGHTS,
];

/** The passwords that users have, by name, as `ACL LIST` shows them: `user <name> on sanitize-payload #<sha256> ~<keys> … `. */
function passwordsByUser(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const [, name = '', ...words] = line.split(' ');
      const hashes = words.filter((word) => word.startsWith('#')).sort();
      return [name, hashes.join(' ')];
    }),
  );
}

const wanted = ({ passwords }: NodeUser): string | undefined =>
  passwords.length === 0
    ? undefined
    : passwords
        .map((hash) => `#${hash}`)
        .sort()
        .join(' ');

/**
 * Administers the users of nodes. The URL's own user must be allowed to run ACL. It reconnects by itself; errors of the connection go to `onError`.
 * Throws RedisUrlError.
 */
export function createNodeUsers(redis: RedisAccess, onError: (error: Error) => void = () => undefined): NodeUsers {
  const connection = connectProducer(redis, onError);

  async function put(users: readonly NodeUser[]): Promise<void> {
    const ended = users.filter(({ passwords }) => passwords.length === 0).map(({ nodeId }) => nodeUserName(nodeId));
    const made = users.filter(({ passwords }) => passwords.length > 0);
    await Promise.all([
      ...(ended.length === 0 ? [] : [connection.call('ACL', 'DELUSER', ...ended)]),
      ...made.map((user) => connection.call('ACL', ...setUser(user))),
    ]);
  }

  return {
    put,
    async mend(users) {
      const present = passwordsByUser((await connection.call('ACL', 'LIST')) as string[]);
      const wrong = users.filter((user) => present.get(nodeUserName(user.nodeId)) !== wanted(user));
      if (wrong.length > 0) await put(wrong);
      return wrong.length;
    },
    close: () => connection.disconnect(),
  };
}
