import type { JoinOutlook, JoinToken, JoinTokenCreate, Node, NodeFacts, NodeIdentity } from '@weft/model';
import type { Recorded } from '../collections.ts';
import type { PageRequest } from '../query.ts';
import type { Committed, Match, RequestContext } from '../request-context.ts';

/** A host that wants to become a node. */
export interface JoinRequest {
  /** SHA-256 of the join token, in hex. */
  readonly tokenSha256: string;
  /** Undefined: the name that the token is for. */
  readonly nodeName: string | undefined;
  /** The address that the request came from. */
  readonly from: string;
}

/** A credential that was made and is still to be given to a node. The store only ever sees hashes of its secrets. */
export interface NewCredential {
  /** SHA-256 of the bearer token, in hex. */
  readonly sha256: string;
  /** SHA-256 of the password of the node's Redis user, in hex. */
  readonly redisSha256: string;
  readonly lifetimeSeconds: number;
  /** Ed25519 public key, base64url, that the node signs receipts with from now on; undefined: it says none. */
  readonly receiptKey?: string | undefined;
}

/** A join token that this host may use now, and what joining by it comes to. */
export interface Admission extends JoinOutlook {
  readonly tokenId: string;
  readonly nodeName: string | null;
}

/** A node that has got a credential. */
export interface Credentialed {
  readonly node: { readonly id: string; readonly name: string };
  readonly approved: boolean;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** A node and what lets it into Redis. */
export interface NodeRedisUser {
  readonly nodeId: string;
  readonly nodeName: string;
  /** SHA-256 of every password that is good now, in hex; none: it must not get in. */
  readonly passwords: readonly string[];
}

/** How hosts become nodes, and what they show afterwards. */
export interface JoiningStore {
  /** Join tokens and what became of them. */
  readonly tokens: Recorded<JoinToken, PageRequest> & {
    create(ctx: RequestContext, input: JoinTokenCreate, sha256: string): Promise<Committed<JoinToken>>;
    /** What was used or has expired stays as it is. */
    revoke(ctx: RequestContext, id: string, match: Match): Promise<Committed<JoinToken>>;
    /** Forgets tokens that ended so many seconds ago. Answers how many. */
    forget(seconds: number): Promise<number>;
  };
  /** Throws ProblemError JoinTokenRefused, Forbidden, ValidationFailed or NameTaken for what `join` would refuse too; refusals of a known token are recorded. */
  admit(ctx: RequestContext, request: JoinRequest): Promise<Admission>;
  /** Uses the token up and makes, or gives back, the node: all of it or nothing. What `admit` throws, and what making a node throws. */
  join(ctx: RequestContext, request: JoinRequest, facts: NodeFacts, credential: NewCredential): Promise<Committed<Credentialed>>;
  approve(ctx: RequestContext, nodeId: string): Promise<Committed<Node>>;
  /** A further credential for the node that shows the one with this id; the others end when it is first used. */
  rotate(ctx: RequestContext, nodeId: string, tokenId: string, credential: NewCredential): Promise<Committed<Credentialed>>;
  /** Ends every credential of a node at once. */
  revoke(ctx: RequestContext, nodeId: string): Promise<Committed<Node>>;
  identity(nodeId: string, tokenId: string): Promise<NodeIdentity>;
  /** Forgets the credentials of nodes that were removed so many seconds ago: whoever comes with one is told that nobody knows it. Answers how many. */
  forgetRemoved(seconds: number): Promise<number>;
  /** What Redis has to know: of every node, or of one; also of those that were deleted lately. */
  redisUsers(nodeId?: string): Promise<NodeRedisUser[]>;
}
