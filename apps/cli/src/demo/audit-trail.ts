import type { components } from '@weft/sdk';
import type { Stage } from './stage.ts';

type AuditEvent = components['schemas']['AuditEvent'];
type Receipt = components['schemas']['Receipt'];

/** Follows one request from who asked for what to the commands that ran on each node. */
export async function showAuditTrail(stage: Stage, requestId: string): Promise<void> {
  const events = await list<AuditEvent>(stage, `/audit-events?requestId=${requestId}`);
  for (const { at, actor, operation, object, revision } of events)
    stage.show([`${at}  ${actor.kind} ${actor.name} asked for ${operation} of ${object.kind} ${object.name}: revision ${revision}`]);
  const receipts = await list<Receipt>(stage, `/receipts?requestId=${requestId}`);
  for (const { node, fromRevision, toRevision, outcome, durationMs, configHash, steps } of receipts)
    stage.show([
      `${node}: revision ${fromRevision} → ${toRevision} ${outcome} in ${Math.round(durationMs)} ms, configuration ${configHash.slice(0, 12)}`,
      ...steps.flatMap((step) => [
        `  ${step.argv.join(' ')}  → exit ${step.exitCode}, ${step.durationMs.toFixed(1)} ms`,
        ...(step.input ?? '')
          .trim()
          .split('\n')
          .slice(0, 2)
          .map((line) => `    ${line.slice(0, 110)}`),
      ]),
    ]);
  const nodes = [...stage.nodes.keys()];
  await stage.check('one request, one audit event', async () => ({
    ok: events.length === 1 && events[0]?.requestId === requestId,
    saw: `${events.length} with request id ${requestId}`,
  }));
  await stage.check('a receipt from every node that it concerned', async () => {
    const from = nodes.filter((node) => receipts.some((receipt) => receipt.node === node && receipt.outcome === 'applied'));
    return { ok: from.length === nodes.length, saw: from.join(', ') };
  });
}

async function list<T>(stage: Stage, path: string): Promise<T[]> {
  const { body } = await stage.call({ method: 'GET', path });
  return (body as { items: T[] }).items;
}
