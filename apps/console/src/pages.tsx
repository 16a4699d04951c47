import { Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { NodePage } from './nodes/node-page.tsx';
import { NodesPage } from './nodes/nodes-page.tsx';
import { PodsPage } from './pods/pods-page.tsx';
import { ServicePage } from './services/service-page.tsx';
import { ServicesPage } from './services/services-page.tsx';
import { LoadAgain } from './shell/load-again.tsx';
import { Page } from './show/page.tsx';

const AuditPage = lazy(async () => ({ default: (await import('./audit/audit-page.tsx')).AuditPage }));
const BeginRolloutPage = lazy(async () => ({ default: (await import('./rollouts/begin-page.tsx')).BeginRolloutPage }));
const CapturePage = lazy(async () => ({ default: (await import('./capture/capture-page.tsx')).CapturePage }));
const DriftEventPage = lazy(async () => ({ default: (await import('./drift/drift-event-page.tsx')).DriftEventPage }));
const DriftPage = lazy(async () => ({ default: (await import('./drift/drift-page.tsx')).DriftPage }));
const FleetPage = lazy(async () => ({ default: (await import('./fleet/fleet-page.tsx')).FleetPage }));
const HistoryPage = lazy(async () => ({ default: (await import('./past/history-page.tsx')).HistoryPage }));
const JoinPage = lazy(async () => ({ default: (await import('./join/join-page.tsx')).JoinPage }));
const PlanPage = lazy(async () => ({ default: (await import('./plan/plan-page.tsx')).PlanPage }));
const ReachPage = lazy(async () => ({ default: (await import('./reach/reach-page.tsx')).ReachPage }));
const RolloutPage = lazy(async () => ({ default: (await import('./rollouts/rollout-page.tsx')).RolloutPage }));
const RolloutsPage = lazy(async () => ({ default: (await import('./rollouts/rollouts-page.tsx')).RolloutsPage }));
const TokensPage = lazy(async () => ({ default: (await import('./tokens/tokens-page.tsx')).TokensPage }));
const TracePage = lazy(async () => ({ default: (await import('./trace/trace-page.tsx')).TracePage }));

/** Every page by its address below /console. But for the lists and what they lead to, they are loaded when they are first opened. */
export function Pages() {
  const [path] = useLocation();
  return (
    <LoadAgain key={path}>
      <Suspense fallback={<Loader aria-label="Loading" />}>
        <Switch>
          <Route path="/" component={FleetPage} />
          <Route path="/services" component={ServicesPage} />
          <Route path="/services/:id">{({ id }) => <ServicePage key={id} id={id} />}</Route>
          <Route path="/nodes" component={NodesPage} />
          <Route path="/nodes/:id">{({ id }) => <NodePage key={id} id={id} />}</Route>
          <Route path="/pods" component={PodsPage} />
          <Route path="/plan" component={PlanPage} />
          <Route path="/rollouts" component={RolloutsPage} />
          <Route path="/rollouts/new" component={BeginRolloutPage} />
          <Route path="/rollouts/:id">{({ id }) => <RolloutPage key={id} id={id} />}</Route>
          <Route path="/reach" component={ReachPage} />
          <Route path="/trace" component={TracePage} />
          <Route path="/capture" component={CapturePage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/drift" component={DriftPage} />
          <Route path="/drift/:id">{({ id }) => <DriftEventPage key={id} id={id} />}</Route>
          <Route path="/history" component={HistoryPage} />
          <Route path="/join" component={JoinPage} />
          <Route path="/tokens" component={TokensPage} />
          <Route>
            <Page title="No such page">There is nothing at this address.</Page>
          </Route>
        </Switch>
      </Suspense>
    </LoadAgain>
  );
}
