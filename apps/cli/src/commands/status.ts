import { connect } from '../api/connect.ts';
import { fleetStatus } from '../status/fleet-status.ts';
import { renderStatus } from '../status/render.ts';
import { paintFor } from '../terminal/style.ts';

/** Shows the fleet: nodes, revisions wanted and applied, what is not live yet and why. */
export async function status(options: { readonly state?: string; readonly output: 'text' | 'json' }): Promise<void> {
  const api = await connect(options.state);
  const [nodes, services, pods] = await Promise.all([api.nodes(), api.services(), api.pods()]);
  const seen = fleetStatus(nodes, services, pods);
  console.log(options.output === 'json' ? JSON.stringify(seen, null, 2) : renderStatus(seen, paintFor(process.stdout)).join('\n'));
}
