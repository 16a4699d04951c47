import type { Api } from '../harness/api.ts';
import type { JoinedNode } from '../harness/executor.ts';

/** How often a node speaks, in ms: often enough for a heartbeat of a second on a machine with much else to do. */
const EVERY_MS = 300;

/** The leases of nodes, renewed as their executors would, until each falls silent. */
export class Heartbeats {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly api: () => Api;

  /** `api` says whom to tell each time: a control plane may go while another stays. */
  constructor(api: () => Api) {
    this.api = api;
  }

  begin(...nodes: readonly JoinedNode[]): void {
    for (const { id, token, session } of nodes) {
      const renew = () => {
        // Nobody there to hear it is what these tests are about.
        this.api()
          .send('PUT /node-agent/lease', { token, body: { session } })
          .catch(() => undefined);
      };
      renew();
      this.timers.set(id, setInterval(renew, EVERY_MS));
    }
  }

  end(...nodes: readonly JoinedNode[]): void {
    for (const { id } of nodes) clearInterval(this.timers.get(id));
  }

  endAll(): void {
    for (const timer of this.timers.values()) clearInterval(timer);
  }
}
