import type { ChainLine, ChainName, Checkpoint } from '@weft/model';
import { type components, createClient, dataOf, lines } from '@weft/sdk';
import { findAccess } from './connect.ts';

type Schemas = components['schemas'];

/** What was recorded, by stream: who asked for what, and what was done on the nodes. */
export interface Recorded {
  readonly events: Schemas['AuditEvent'];
  readonly receipts: Schemas['Receipt'];
}

const EXPORTS = { events: '/audit-events/export', receipts: '/receipts/export' } as const;

/** Filters of a query, by their names in the API. */
export type Filters = Readonly<Record<string, string>>;

/** Checkpoints in one answer, the most that the API gives: those of a week. */
const limit = 1000;

/** What the command line asks about records. Every call throws the SDK's ApiError when the API refuses, ConnectionError when nobody answers or an answer breaks off. */
export interface AuditApi {
  /** All records of a stream that a filter names, newest first. */
  readonly records: <S extends keyof Recorded>(stream: S, filters: Filters) => AsyncIterable<Recorded[S]>;
  /** The newest records that a filter names. */
  readonly newestEvents: (filters: Filters, count: number) => Promise<readonly Recorded['events'][]>;
  readonly newestReceipts: (filters: Filters, count: number) => Promise<readonly Recorded['receipts'][]>;
  readonly chain: (chain: ChainName) => AsyncIterable<ChainLine>;
  /** The newest that are kept. */
  readonly checkpoints: () => Promise<Checkpoint[]>;
  readonly checkpoint: () => Promise<Checkpoint>;
}

/** The records of the fleet that is meant. */
export async function auditApi(stateOption: string | undefined): Promise<AuditApi> {
  const client = createClient(await findAccess(stateOption));
  return {
    records: <S extends keyof Recorded>(stream: S, filters: Filters) =>
      lines(client, EXPORTS[stream], filters) as AsyncIterable<Recorded[S]>,
    newestEvents: async (filters, count) =>
      (await dataOf(client.GET('/audit-events', { params: { query: { ...filters, limit: count } } }))).items,
    newestReceipts: async (filters, count) =>
      (await dataOf(client.GET('/receipts', { params: { query: { ...filters, limit: count } } }))).items,
    // As it came: what is hashed must not have been read into another form before.
    chain: (chain) => lines(client, `/audit-chains/${chain}`) as AsyncIterable<ChainLine>,
    checkpoints: async () => (await dataOf(client.GET('/checkpoints', { params: { query: { limit } } }))).items as Checkpoint[],
    checkpoint: async () => (await dataOf(client.POST('/checkpoints'))) as Checkpoint,
  };
}
