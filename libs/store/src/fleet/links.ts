import { type NodeFacts, type Overlay, type PodLink, ProblemError } from '@weft/model';
import type { Tables } from '../database/database.ts';

function unsupported(field: 'podLink' | 'overlay', detail: string): ProblemError {
  return new ProblemError('LinkUnsupported', detail, [{ pointer: `/${field}`, code: 'LinkUnsupported', message: detail }]);
}

/** Throws ProblemError LinkUnsupported when a node has said that it cannot link pods like that. One that has said nothing yet may be told anything. */
export async function requirePodLink(tables: Tables, nodeId: string, podLink: PodLink): Promise<void> {
  const state = await tables.nodeState.findUnique({ where: { nodeId }, select: { facts: true } });
  const facts = (state?.facts ?? null) as NodeFacts | null;
  if (facts === null || facts.podLinks.includes(podLink)) return;
  throw unsupported('podLink', `the node can link pods by ${facts.podLinks.join(', ') || 'nothing'}, not by ${podLink}`);
}

/** Throws ProblemError LinkUnsupported when packets are to travel in tunnels that a node has said it cannot make. */
export async function requireOverlay(tables: Tables, overlay: Overlay): Promise<void> {
  if (overlay !== 'vxlan') return;
  const unable = await tables.$queryRaw<{ name: string }[]>`
    SELECT n.name FROM node n JOIN node_state s ON s.node_id = n.id WHERE NOT s.facts->'overlays' ? ${overlay} ORDER BY n.name LIMIT 5`;
  if (unable.length === 0) return;
  throw unsupported('overlay', `${unable.map(({ name }) => name).join(', ')} cannot make ${overlay} tunnels`);
}
