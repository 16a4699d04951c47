import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@weft/telemetry';

/** What the control plane measures about itself, as Prometheus metrics. */
export class Metrics {
  readonly registry = new Registry();

  readonly requestSeconds = new Histogram({
    name: 'weft_request_duration_seconds',
    help: 'time from the first byte of a request to the end of its answer',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [this.registry],
  });

  readonly hints = new Counter({
    name: 'weft_hints_total',
    help: 'hints to nodes, by what became of them',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly sweeps = new Counter({
    name: 'weft_sweeps_total',
    help: 'sweeps over nodes that lag, by what became of them',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly watchers = new Gauge({ name: 'weft_watchers', help: 'open watches of this replica', registers: [this.registry] });

  readonly watchersCutOff = new Counter({
    name: 'weft_watchers_cut_off_total',
    help: 'watches ended because their client did not read',
    registers: [this.registry],
  });

  readonly nodes = new Gauge({
    name: 'weft_nodes',
    help: 'nodes by phase, as of the scrape',
    labelNames: ['phase'],
    registers: [this.registry],
  });

  readonly brake = new Gauge({
    name: 'weft_withdrawal_brake',
    help: '1 while so many nodes are silent at once that no endpoints are withdrawn, as of the scrape',
    registers: [this.registry],
  });

  readonly lag = new Gauge({
    name: 'weft_node_lag_revisions',
    help: 'how many revisions a node has still to apply, and its phase, as of the scrape',
    labelNames: ['node', 'phase'],
    registers: [this.registry],
  });

  readonly rollouts = new Gauge({
    name: 'weft_rollouts',
    help: 'rollouts by phase, as of the scrape',
    labelNames: ['phase'],
    registers: [this.registry],
  });

  readonly rolloutNodes = new Gauge({
    name: 'weft_rollout_nodes',
    help: 'nodes of rollouts that are under way by state, as of the scrape',
    labelNames: ['state'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
