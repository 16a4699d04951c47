import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Service } from '../api.ts';
import { ObjectHistory } from '../audit/object-history.tsx';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { fullName } from '../show/object-link.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { WhatAndHow } from '../show/what-and-how.tsx';
import { portsOf } from './ports.ts';
import { ServiceEndpoints } from './service-endpoints.tsx';
import { ServiceNodes } from './service-nodes.tsx';
import { ServiceRules } from './service-rules.tsx';

const Traffic = lazy(async () => ({ default: (await import('./traffic.tsx')).Traffic }));

const selectorOf = ({ selector }: Service) =>
  selector === null
    ? 'none: endpoints are made by hand'
    : Object.entries(selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ');

function ServiceView({ service }: { service: Service }) {
  const { status } = service;
  return (
    <Page title={fullName(service)} aside={<Phase phase={status.phase} />}>
      <WhatAndHow
        what={[
          ['Type', service.type],
          ['Address', service.clusterIP ?? service.externalName ?? 'none'],
          ['Ports', portsOf(service)],
          ['Selector', selectorOf(service)],
          ['Programmed on', `${status.nodes.applied} of ${status.nodes.desired} nodes`],
        ]}
        conditions={status.conditions}
      />
      <Tabs defaultValue="endpoints" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="endpoints">Endpoints</Tabs.Tab>
          <Tabs.Tab value="nodes">Nodes</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
          <Tabs.Tab value="traffic">Traffic</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="endpoints">
          <ServiceEndpoints service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="nodes">
          <ServiceNodes service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <ServiceRules service={service} />
        </Tabs.Panel>
        <Tabs.Panel value="traffic">
          <Suspense>
            <Traffic service={service} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <ObjectHistory id={service.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** One service: what it is, where it leads, and how far it has come on every node. */
export function ServicePage({ id }: { id: string }) {
  const list = useLive('/services');
  const service = list.byId.get(id);
  return (
    <Waiting for={list}>
      {service === undefined ? (
        <Page title="No such service">It was deleted, or this token may not see it.</Page>
      ) : (
        <ServiceView service={service} />
      )}
    </Waiting>
  );
}
