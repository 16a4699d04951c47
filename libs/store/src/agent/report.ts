import type { NodeReportAnswer, PodReport } from '@weft/model';
import type { Change, Stamp } from '../commit/change.ts';
import { mutate } from '../commit/mutate.ts';
import type { Database, Tables } from '../database/database.ts';
import { lock } from '../database/locks.ts';
import { concernsDataplane, differencesOfPods } from '../endpoints/derived.ts';
import { writeDifferences } from '../endpoints/stamp-services.ts';
import type { PodModel } from '../generated/models.ts';
import { aboutNode } from '../nodes/node-row.ts';
import { type PodRow, podNode, podVersion } from '../pods/pod-row.ts';
import { found } from '../read/not-found.ts';
import type { RequestContext } from '../request-context.ts';
import type { AgentStore, ReportOutcome } from '../store.ts';
import { keepReceipts, keepTexts, unsignedReceipts } from './receipts.ts';
import { type KeepTerms, keepsTerms } from './shared-terms.ts';
import { recordStandings, type Said, staleSession } from './standing.ts';
import { reportsTakenTogether } from './taken-together.ts';

const saysSomethingNew = (pod: PodModel, said: PodReport) =>
  pod.phase !== said.phase || pod.ready !== said.ready || pod.reason !== said.reason;

/** The node's pods about which the report says something new. Pods of other nodes and pods that are gone are passed over. */
async function changedPods(tables: Tables, nodeId: string, said: ReadonlyMap<string, PodReport>): Promise<PodRow[]> {
  if (said.size === 0) return [];
  const rows = await tables.pod.findMany({ where: { nodeId, id: { in: [...said.keys()] } }, include: podNode, orderBy: { id: 'asc' } });
  return rows.filter((row) => {
    const one = said.get(row.id);
    return one !== undefined && saysSomethingNew(row, one);
  });
}

/** Locks the namespaces of the pods, then their rows, and reads them again. */
async function lockPods(
  tables: Tables,
  nodeId: string,
  candidates: readonly PodRow[],
  said: ReadonlyMap<string, PodReport>,
): Promise<PodRow[]> {
  for (const namespace of [...new Set(candidates.map((pod) => pod.namespace))].sort())
    await lock(tables, `namespace:${namespace}`, 'shared');
  const ids = candidates.map((pod) => pod.id);
  await tables.$executeRaw`SELECT 1 FROM pod WHERE id = ANY (${ids}::text[]) ORDER BY id FOR UPDATE`;
  return changedPods(tables, nodeId, said);
}

const statusOf = ({ id, phase, ready, reason }: { id: string; phase: string; ready: boolean; reason: string }) => ({
  id,
  phase,
  ready,
  reason,
});

/** A pod as it is once what its node says is known. */
function inState(pod: PodRow, { phase, ready, reason, message }: PodReport, { revision, at }: Stamp): PodRow {
  return { ...pod, phase, ready, reason, message, readySince: ready === pod.ready ? pod.readySince : at, revision, updatedAt: at };
}

/** Writes states of pods in one statement: a node that comes back speaks of all its pods at once, and every other change waits for it. */
async function writeStates(tables: Tables, { revision, at }: Stamp, pods: readonly PodRow[]): Promise<void> {
  const states = pods.map(({ id, phase, ready, reason, message, readySince }) => ({ id, phase, ready, reason, message, readySince }));
  await tables.$executeRaw`
    UPDATE pod SET phase = s.phase, ready = s.ready, reason = s.reason, message = s.message, ready_since = s."readySince",
      revision = ${revision}, updated_at = ${at}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(states)}::jsonb)
      AS s (id text, phase text, ready boolean, reason text, message text, "readySince" timestamptz)
    WHERE pod.id = s.id`;
}

/** New states of pods as one change: the pods, and the endpoints and services that follow. */
async function podChange(
  tables: Tables,
  node: { readonly id: string; readonly name: string },
  pods: readonly PodRow[],
  said: ReadonlyMap<string, PodReport>,
): Promise<Change<null>> {
  const news = pods.flatMap((pod) => {
    const report = said.get(pod.id);
    return report === undefined ? [] : [{ pod, report }];
  });
  const differences = await differencesOfPods(
    tables,
    news.map(({ pod, report }) => ({ ...pod, phase: report.phase, ready: report.ready })),
  );
  return {
    about: aboutNode(node),
    concerns: differences.some(concernsDataplane) ? 'all' : [],
    status: 200,
    write: async (stamp) => {
      const rows = news.map(({ pod, report }) => inState(pod, report, stamp));
      await writeStates(tables, stamp, rows);
      const versions = rows.map((row) => podVersion('MODIFIED', row));
      versions.push(...(await writeDifferences(tables, stamp, differences)));
      return {
        object: null,
        before: { pods: news.map(({ pod }) => statusOf(pod)) },
        after: { pods: news.map(({ report }) => statusOf(report)) },
        versions,
      };
    },
  };
}

/** Takes in a report that may change pods, as one change with them. */
async function takeChange(
  database: Database,
  keepTerms: KeepTerms,
  ctx: RequestContext,
  { nodeId, report }: Said,
  candidates: readonly PodRow[],
  said: ReadonlyMap<string, PodReport>,
): Promise<ReportOutcome> {
  const [termsOf] = await Promise.all([keepTerms(report.receipts), keepTexts(database, report.receipts)]);
  let answer: NodeReportAnswer | null = null;
  const committed = await mutate<null>(database, ctx, async (tables) => {
    const { name } = found(await tables.node.findUnique({ where: { id: nodeId }, select: { name: true } }), 'node', nodeId);
    const pods = await lockPods(tables, nodeId, candidates, said);
    const one: Said = { nodeId, report };
    const problem = (await unsignedReceipts(tables, [one])).get(one);
    if (problem !== undefined) throw problem;
    keepReceipts(tables, [one], termsOf);
    const stand = async () => {
      answer = (await recordStandings(tables, [one])).get(nodeId) ?? null;
      if (answer === null) throw staleSession();
    };
    if (pods.length === 0) {
      await stand();
      return { unchanged: null, revision: 0 };
    }
    const change = await podChange(tables, { id: nodeId, name }, pods, said);
    return {
      ...change,
      write: async (stamp) => {
        const written = await change.write(stamp);
        await stand();
        return written;
      },
    };
  });
  if (answer === null) throw new Error('a report was committed without the standing of its node');
  return { answer, changed: committed.operationId === null ? null : { revision: committed.revision, concerns: committed.concerns } };
}

/** Takes in reports. One that says nothing new is a narrow write and no revision. Throws ProblemError StaleSession, ValidationFailed. */
export function reports(database: Database): AgentStore['report'] {
  const keepTerms = keepsTerms(database);
  const takeTogether = reportsTakenTogether(database, keepTerms);
  return async (ctx, nodeId, report) => {
    const said = new Map(report.pods.map((pod) => [pod.id, pod]));
    const candidates = await database.read((tables) => changedPods(tables, nodeId, said));
    if (candidates.length > 0) return takeChange(database, keepTerms, ctx, { nodeId, report }, candidates, said);
    return { answer: await takeTogether({ nodeId, report }), changed: null };
  };
}
