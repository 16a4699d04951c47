import type { AnyOperation } from './definition.ts';
import * as access from './operations/access.ts';
import * as applies from './operations/applies.ts';
import * as captures from './operations/captures.ts';
import * as cluster from './operations/cluster.ts';
import * as counters from './operations/counters.ts';
import * as drift from './operations/drift.ts';
import * as endpoints from './operations/endpoints.ts';
import * as explain from './operations/explain.ts';
import * as history from './operations/history.ts';
import * as join from './operations/join.ts';
import * as joinTokens from './operations/join-tokens.ts';
import * as namespaces from './operations/namespaces.ts';
import * as nodeAgent from './operations/node-agent.ts';
import * as nodes from './operations/nodes.ts';
import * as past from './operations/past.ts';
import * as pods from './operations/pods.ts';
import * as quotas from './operations/quotas.ts';
import * as reachability from './operations/reachability.ts';
import * as rollbacks from './operations/rollbacks.ts';
import * as rollouts from './operations/rollouts.ts';
import * as sealing from './operations/sealing.ts';
import * as services from './operations/services.ts';
import * as system from './operations/system.ts';
import * as tokens from './operations/tokens.ts';
import * as traces from './operations/traces.ts';

export {
  access,
  applies,
  captures,
  cluster,
  counters,
  drift,
  endpoints,
  explain,
  history,
  join,
  joinTokens,
  namespaces,
  nodeAgent,
  nodes,
  past,
  pods,
  quotas,
  reachability,
  rollbacks,
  rollouts,
  sealing,
  services,
  system,
  tokens,
  traces,
};

const isOperation = (value: unknown): value is AnyOperation => typeof value === 'object' && value !== null && 'answer' in value;

/** Every operation of the API. The OpenAPI document, the router and the coverage tests all go through this list. */
export const OPERATIONS: readonly AnyOperation[] = [
  namespaces,
  quotas,
  applies,
  nodes,
  rollouts,
  joinTokens,
  join,
  pods,
  services,
  endpoints,
  counters,
  reachability,
  cluster,
  tokens,
  access,
  history,
  sealing,
  past,
  rollbacks,
  explain,
  drift,
  captures,
  traces,
  nodeAgent,
  system,
].flatMap((group) => Object.values(group).filter(isOperation));
