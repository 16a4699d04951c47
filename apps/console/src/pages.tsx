import { Loader } from '@mantine/core';
import { Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { ServicePage } from './services/service-page.tsx';
import { ServicesPage } from './services/services-page.tsx';
import { Page } from './show/page.tsx';

/** Every page by its address below /console. Those that bring much along are loaded when they are first opened. */
export function Pages() {
  return (
    <Suspense fallback={<Loader aria-label="Loading" />}>
      <Switch>
        <Route path="/services" component={ServicesPage} />
        <Route path="/services/:id">{({ id }) => <ServicePage id={id} />}</Route>
        <Route>
          <Page title="No such page">There is nothing at this address.</Page>
        </Route>
      </Switch>
    </Suspense>
  );
}
