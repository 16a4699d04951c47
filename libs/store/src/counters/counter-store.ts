import type { CountersReport, CountersReportAnswer, ServiceCounters } from '@weft/model';
import type { Database } from '../database/database.ts';
import { serviceCounters } from './service-counters.ts';
import { takeCounters } from './take-counters.ts';

/** What nodes have counted of services' traffic. */
export interface CounterStore {
  /** Keeps what a node says. StaleSession when a later session was opened. `nodeId` comes from the credential, never from the request. */
  take(nodeId: string, report: CountersReport): Promise<CountersReportAnswer>;
  /** What went to a service. ProblemError NotFound. */
  ofService(id: string): Promise<ServiceCounters>;
}

export function counterStore(database: Database, agents: Database): CounterStore {
  return {
    take: (nodeId, report) => takeCounters(agents, nodeId, report),
    ofService: (id) => serviceCounters(database, id),
  };
}
