import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { OPERATIONS } from '@weft/contract';
import type { Asker, HintSender, NodeUsers } from '@weft/jobs';
import type { Store } from '@weft/store';
import type { Logger } from '@weft/telemetry';
import { CallersStore } from './callers-store.ts';
import { Captures } from './captures/captures.ts';
import { Announcements } from './changes/announcements.ts';
import { Changes } from './changes/changes.ts';
import { Convergence } from './changes/convergence.ts';
import type { Config } from './config.ts';
import { Console } from './console/console.ts';
import { AccessController } from './controllers/access.controller.ts';
import { AppliesController } from './controllers/applies.controller.ts';
import { CapturesController } from './controllers/captures.controller.ts';
import { ClusterController } from './controllers/cluster.controller.ts';
import { CountersController } from './controllers/counters.controller.ts';
import { DriftController } from './controllers/drift.controller.ts';
import { EndpointsController } from './controllers/endpoints.controller.ts';
import { ExplainController } from './controllers/explain.controller.ts';
import { HistoryController } from './controllers/history.controller.ts';
import { JoinController } from './controllers/join.controller.ts';
import { JoinTokensController } from './controllers/join-tokens.controller.ts';
import { NamespacesController } from './controllers/namespaces.controller.ts';
import { NodeAgentController } from './controllers/node-agent.controller.ts';
import { NodeCredentialController } from './controllers/node-credential.controller.ts';
import { NodesController } from './controllers/nodes.controller.ts';
import { PastController } from './controllers/past.controller.ts';
import { PodsController } from './controllers/pods.controller.ts';
import { QuotasController } from './controllers/quotas.controller.ts';
import { ReachabilityController } from './controllers/reachability.controller.ts';
import { RollbacksController } from './controllers/rollbacks.controller.ts';
import { RolloutsController } from './controllers/rollouts.controller.ts';
import { SealingController } from './controllers/sealing.controller.ts';
import { ServicesController } from './controllers/services.controller.ts';
import { SystemController } from './controllers/system.controller.ts';
import { TokensController } from './controllers/tokens.controller.ts';
import { TracesController } from './controllers/traces.controller.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Sweep } from './dispatch/sweep.ts';
import { Docs } from './docs/docs.ts';
import { NodeKernels } from './explain/node-kernel.ts';
import { Exports } from './exports/exports.ts';
import { Admission } from './http/admission.ts';
import { BearerGuard } from './http/bearer-guard.ts';
import { CallInterceptor } from './http/call-interceptor.ts';
import { ProblemFilter } from './http/problem-filter.ts';
import { PullsFirst } from './http/pulls-first.ts';
import { createServer, unboundOperations, undeclaredOperations } from './http/server.ts';
import { Joining } from './joining/joining.ts';
import { NodeRedis } from './joining/node-redis.ts';
import { LeaseWatch } from './liveness/lease-watch.ts';
import { Readiness } from './liveness/readiness.ts';
import { Metrics } from './metrics.ts';
import { NodeAgents } from './node-agents.ts';
import { Rules } from './past/rules.ts';
import { PlanInterceptor } from './plans/plan-interceptor.ts';
import { Plans } from './plans/plans.ts';
import { Reachabilities } from './reachability/reachabilities.ts';
import { Reads } from './reads.ts';
import { Rollouts } from './rollouts/rollouts.ts';
import { Scrape } from './scrape.ts';
import { Sealing } from './sealing/sealing.ts';
import { ASKER, CONFIG, HINTS, LOG, NODE_USERS, STORE } from './tokens.ts';
import { Traces } from './traces/traces.ts';
import { Revisions } from './watch/revisions.ts';
import { TokenEnds } from './watch/token-ends.ts';
import { Watches } from './watch/watches.ts';

/** What the application stands on. */
export interface Foundations {
  readonly store: Store;
  readonly hints: HintSender;
  readonly nodeUsers: NodeUsers;
  readonly asker: Asker;
  readonly config: Config;
  readonly log: Logger;
}

const CONTROLLERS = [
  NamespacesController,
  QuotasController,
  AppliesController,
  NodesController,
  RolloutsController,
  JoinTokensController,
  JoinController,
  NodeCredentialController,
  PodsController,
  ServicesController,
  CountersController,
  ReachabilityController,
  DriftController,
  CapturesController,
  TracesController,
  EndpointsController,
  ExplainController,
  ClusterController,
  TokensController,
  AccessController,
  HistoryController,
  SealingController,
  PastController,
  RollbacksController,
  NodeAgentController,
  SystemController,
];

const PROVIDERS = [
  Admission,
  Dispatcher,
  PullsFirst,
  Announcements,
  Sweep,
  LeaseWatch,
  Readiness,
  Revisions,
  TokenEnds,
  Watches,
  Convergence,
  Changes,
  Plans,
  Reads,
  Rules,
  CallersStore,
  NodeAgents,
  NodeRedis,
  Joining,
  Rollouts,
  Reachabilities,
  Captures,
  Traces,
  NodeKernels,
  Scrape,
  Exports,
  Sealing,
];

class ControlPlaneModule {}

/** Throws when an operation has no handler, or a permission that no role has. */
function moduleOn({ store, hints, nodeUsers, asker, config, log }: Partial<Foundations>, metrics: Metrics, docs: Docs): DynamicModule {
  const undeclared = undeclaredOperations(OPERATIONS);
  if (undeclared.length > 0) throw new Error(`nobody said who may call ${undeclared.join(', ')}`);
  const unbound = unboundOperations(CONTROLLERS);
  if (unbound.length > 0) throw new Error(`no handler for ${unbound.join(', ')}`);
  return {
    module: ControlPlaneModule,
    controllers: CONTROLLERS,
    providers: [
      { provide: STORE, useValue: store },
      { provide: HINTS, useValue: hints },
      { provide: ASKER, useValue: asker },
      { provide: NODE_USERS, useValue: nodeUsers },
      { provide: CONFIG, useValue: config },
      { provide: LOG, useValue: log },
      { provide: Metrics, useValue: metrics },
      { provide: Docs, useValue: docs },
      ...PROVIDERS,
      { provide: APP_GUARD, useClass: BearerGuard },
      { provide: APP_INTERCEPTOR, useClass: CallInterceptor },
      { provide: APP_INTERCEPTOR, useClass: PlanInterceptor },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  };
}

const OPTIONS = { bodyParser: false, logger: false, abortOnError: false } as const;

/** The application on its foundations. Throws when a route has no operation or an operation has no handler. */
export async function createApp(foundations: Foundations): Promise<NestFastifyApplication> {
  const metrics = new Metrics();
  const docs = new Docs(previewApp);
  const server = createServer(metrics, docs, new Console(foundations.config.WEFT_CONSOLE_DIR), foundations.log);
  const app = await NestFactory.create<NestFastifyApplication>(moduleOn(foundations, metrics, docs), server, OPTIONS);
  return app.init();
}

/** The application with its handlers and without any instances: enough to be described, and needs nothing to stand on. */
export function previewApp(): Promise<NestFastifyApplication> {
  const nothing = moduleOn({}, new Metrics(), new Docs(previewApp));
  return NestFactory.create<NestFastifyApplication>(nothing, new FastifyAdapter(), { ...OPTIONS, preview: true });
}
