import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useMemo, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Node, Pod, Service } from '../api.ts';
import { useLive } from '../live/use-live.ts';
import { fullName } from '../show/object-link.tsx';
import { SECTIONS } from './sections.ts';

type Go = (path: string) => void;

const nodeAction = (node: Node, go: Go): SpotlightActionData => ({
  id: node.id,
  label: node.name,
  description: `node, ${node.status.phase}, ${node.address ?? 'no address yet'}`,
  onClick: () => go(`/nodes/${node.id}`),
});

const serviceAction = (service: Service, go: Go): SpotlightActionData => ({
  id: service.id,
  label: fullName(service),
  description: `service, ${service.status.phase}, ${service.clusterIP ?? ''}`,
  onClick: () => go(`/services/${service.id}`),
});

const podAction = (pod: Pod, go: Go): SpotlightActionData => ({
  id: pod.id,
  label: fullName(pod),
  description: `pod on ${pod.node}, ${pod.ip}`,
  onClick: () => go(`/pods?text=${encodeURIComponent(fullName(pod))}`),
});

const MOST = 12;

/** Finds sections, nodes, services and pods by name, address or phase. Opens with Ctrl K or /. */
export function Search() {
  const [, go] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const nodes = useLive('/nodes').items;
  const services = useLive('/services').items;
  const pods = useLive('/pods').items;
  const actions = useMemo(
    () => [
      ...SECTIONS.map(({ href, label }): SpotlightActionData => ({ id: href, label, description: 'section', onClick: () => go(href) })),
      ...services.map((service) => serviceAction(service, go)),
      ...nodes.map((node) => nodeAction(node, go)),
      ...pods.map((pod) => podAction(pod, go)),
    ],
    [nodes, services, pods, go],
  );
  return (
    <Spotlight
      actions={actions}
      limit={MOST}
      shortcut={['mod + K', '/']}
      nothingFound="Nothing of that name."
      // The dialog itself gives its field the focus in a later task, and letters typed until then would be lost.
      onSpotlightOpen={() => field.current?.focus()}
      searchProps={{ ref: field, placeholder: 'Node, service, pod or section', 'aria-label': 'Search' }}
      scrollable
      lockScroll={false}
      transitionProps={{ duration: 0 }}
    />
  );
}
