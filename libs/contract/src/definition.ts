import type { ProblemCode } from '@weft/model';
import type { z } from 'zod';
import type { AnswerHeader, RequestHeader } from './headers.ts';
import type { Permission } from './permissions.ts';

/** The groups operations are shown in. Every operation has exactly one. */
export const TAGS = {
  nodes: 'the hosts of the fleet',
  rollouts: 'changes of nodes in stages',
  namespaces: 'scopes of names',
  applies: 'many objects at once',
  pods: 'network namespaces with an address of their own',
  services: 'stable, load-balanced addresses',
  endpoints: 'what stands behind a service',
  cluster: 'settings of the whole fleet and its address pools',
  access: 'who may do what',
  history: 'who asked for what, and what was done on the nodes',
  packets: 'the way that packets take, and packets themselves',
  'node-agent': 'what executors call; needs a node credential',
  system: 'health, metrics and this document',
} as const;

export type Tag = keyof typeof TAGS;

/** One kind of content an answer can have. */
export interface Content {
  readonly schema: z.ZodType | null;
  readonly example?: unknown;
}

/** What an operation answers when it did what it was asked. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** By content type; empty for an answer without a body. */
  readonly content: Readonly<Record<string, Content>>;
  readonly headers: readonly AnswerHeader[];
}

/** Schema of the parts of a path or of a query, by name. */
export type Parts = z.ZodObject;

/**
 * One operation of the API, complete: everything the router, the guard, the validation, the audit, the OpenAPI document and the
 * SDK need to know about it stands here and nowhere else.
 */
export interface OperationDefinition<
  Params extends Parts = Parts,
  Query extends Parts = Parts,
  Body extends z.ZodType | null = z.ZodType | null,
  Result extends z.ZodType | null = z.ZodType | null,
> {
  /** Reads as a CLI command: `serviceCreate` is `weft service create`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for the parts that `params` describes. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  /** What the caller's token must allow; null: anybody may. */
  readonly permission: Permission | null;
  readonly params: Params;
  readonly query: Query;
  readonly requestHeaders: readonly RequestHeader[];
  readonly body: Body;
  readonly bodyExample: unknown;
  /** Content types the body may have; the first is the usual one. */
  readonly bodyTypes: readonly string[];
  readonly result: Result;
  readonly answer: Answer;
  /** What it answers instead when only a part of what was asked for can be done at once. */
  readonly otherAnswers: readonly Answer[];
  /** What can go wrong beyond what can go wrong with every operation. */
  readonly problems: readonly ProblemCode[];
  /** True when it commits a change, which leaves an audit event and an operation behind. */
  readonly audited: boolean;
}

/** An operation of any shape. */
// biome-ignore lint/suspicious/noExplicitAny: the one place that forgets which schemas an operation has
export type AnyOperation = OperationDefinition<any, any, any, any>;
