import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Node, Pod, Service } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { Waiting } from '../live/waiting.tsx';
import { fullName } from '../show/object-link.tsx';
import { Page } from '../show/page.tsx';
import { Phase } from '../show/phase.tsx';
import { FleetMap } from './fleet-map.tsx';

const NONE = '';

/** How many there are of each phase, the most first, as `3 Ready, 1 Lagging`. */
function Counts({ what, of }: { what: 'node' | 'service' | 'pod'; of: readonly { readonly status: { readonly phase: string } }[] }) {
  const phases = [...Map.groupBy(of, ({ status }) => status.phase)].toSorted(([, a], [, b]) => b.length - a.length);
  return (
    <p className="counts" aria-live="polite">
      <strong>{of.length === 1 ? `1 ${what}` : `${of.length} ${what}s`}</strong>
      {phases.map(([phase, those]) => (
        <span key={phase}>
          {those.length} <Phase phase={phase} />
        </span>
      ))}
    </p>
  );
}

/** What has not come everywhere yet, in one sentence. */
function convergence(nodes: readonly Node[], services: readonly Service[]): string {
  const behind = nodes.filter(({ status }) => status.phase === 'Lagging').length;
  const pending = services.filter(({ status }) => status.phase === 'Pending').length;
  if (behind === 0 && pending === 0) return 'Everything that was asked for is live.';
  return `${behind} of ${nodes.length} nodes are behind, ${pending} of ${services.length} services are not on all their nodes yet.`;
}

function FleetView({ nodes, pods, services }: { nodes: readonly Node[]; pods: readonly Pod[]; services: readonly Service[] }) {
  const [chosen, choose] = useState(NONE);
  const service = services.find(({ id }) => id === chosen) ?? null;
  const options = useMemo(
    () => services.map((one) => ({ value: one.id, label: fullName(one) })).toSorted((a, b) => a.label.localeCompare(b.label)),
    [services],
  );
  return (
    <>
      <div className="fleet-head">
        <div>
          <Counts what="node" of={nodes} />
          <Counts what="service" of={services} />
          <Counts what="pod" of={pods} />
        </div>
        <NativeSelect
          label="Follow a service"
          value={chosen}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[{ value: NONE, label: 'none' }, ...options]}
        />
      </div>
      <output>{convergence(nodes, services)}</output>
      <div className="fleet-map-place">
        <FleetMap nodes={nodes} pods={pods} service={service} />
      </div>
    </>
  );
}

/** The whole fleet: nodes, what runs on them, and how far they are. */
export function FleetPage() {
  const [nodes, pods, services] = [useLive('/nodes'), useLive('/pods'), useLive('/services')];
  return (
    <Page title="Fleet">
      <Waiting for={[nodes, pods, services]}>
        <FleetView nodes={nodes.items} pods={pods.items} services={services.items} />
      </Waiting>
    </Page>
  );
}
