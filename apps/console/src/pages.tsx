import { Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { AuditPage } from './audit/audit-page.tsx';
import { JoinPage } from './join/join-page.tsx';
import { NodePage } from './nodes/node-page.tsx';
import { NodesPage } from './nodes/nodes-page.tsx';
import { PodsPage } from './pods/pods-page.tsx';
import { ServicePage } from './services/service-page.tsx';
import { ServicesPage } from './services/services-page.tsx';
import { LoadAgain } from './shell/load-again.tsx';
import { Page } from './show/page.tsx';
import { TracePage } from './trace/trace-page.tsx';

const FleetPage = lazy(async () => ({ default: (await import('./fleet/fleet-page.tsx')).FleetPage }));
const PlanPage = lazy(async () => ({ default: (await import('./plan/plan-page.tsx')).PlanPage }));

/** Every page by its address below /console. Those that bring much along are loaded when they are first opened. */
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
          <Route path="/trace" component={TracePage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/join" component={JoinPage} />
          <Route>
            <Page title="No such page">There is nothing at this address.</Page>
          </Route>
        </Switch>
      </Suspense>
    </LoadAgain>
  );
}
