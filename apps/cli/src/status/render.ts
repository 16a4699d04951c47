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

/** What is said when nothing is waited for. Of nodes that are silent, and of what is on them, only the last that was heard is known. */
function allLive({ nodes }: FleetStatus): string {
  const silent = nodes.filter((node) => node.phase === 'NotReady').length;
  const live = 'everything that was asked for is live';
  return silent === 0 ? live : `${live}, as far as is known: ${silent} of ${nodes.length} nodes are silent`;
}

/** The overview as lines of text. */
export function renderStatus(status: FleetStatus, paint: Paint): string[] {
  const phase = (name: string) => paint(PHASE_STYLES[name] ?? 'bold', name);
  const nodes = table(
    ['NODE', 'PHASE', 'BACKEND', 'POD LINK', 'ADDRESS', 'POD BLOCKS', 'PODS', 'WANTED', 'APPLIED', 'WHY'],
    status.nodes.map((node) => [
      node.name,
      `${phase(node.phase)}${node.cordoned ? ',Cordoned' : ''}`,
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
  return [...(nodes.length === 0 ? ['no nodes'] : nodes), '', counts, ...(waiting.length === 0 ? [allLive(status)] : ['', ...waiting])];
}
