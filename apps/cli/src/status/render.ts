import type { Paint, Style } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import type { FleetStatus } from './fleet-status.ts';

const PHASE_STYLES: Readonly<Record<string, Style>> = {
  Ready: 'green',
  Programmed: 'green',
  Running: 'yellow',
  Pending: 'yellow',
  Lagging: 'yellow',
  Failed: 'red',
  NotReady: 'red',
};

/** The overview as lines of text. */
export function renderStatus(status: FleetStatus, paint: Paint): string[] {
  const phase = (name: string) => paint(PHASE_STYLES[name] ?? 'bold', name);
  const nodes = table(
    ['NODE', 'PHASE', 'BACKEND', 'POD LINK', 'ADDRESS', 'POD BLOCKS', 'PODS', 'WANTED', 'APPLIED', 'WHY'],
    status.nodes.map((node) => [
      node.name,
      phase(node.phase),
      node.backend,
      node.podLink,
      node.address ?? '-',
      node.podBlocks.join(',') || '-',
      `${node.pods}`,
      `${node.desiredRevision}`,
      `${node.appliedRevision}`,
      node.why,
    ]),
  );
  const waiting = table(
    ['NOT LIVE YET', 'PHASE', 'WHY'],
    status.notLive.map((object) => [`${object.kind} ${object.namespace}/${object.name}`, phase(object.phase), object.why]),
  );
  const counts = `${status.pods.ready} of ${status.pods.total} pods ready, ${status.services.live} of ${status.services.total} services live`;
  return [
    ...(nodes.length === 0 ? ['no nodes'] : nodes),
    '',
    counts,
    ...(waiting.length === 0 ? ['everything that was asked for is live'] : ['', ...waiting]),
  ];
}
