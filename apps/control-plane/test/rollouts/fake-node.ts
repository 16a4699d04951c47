import { createAnswerer, createHintWorker, type ProbeAnswer, type ProbeQuestion } from '@weft/jobs';
import type { Api } from '../harness/api.ts';
import { type JoinedNode, joinNode } from '../harness/executor.ts';

/** A node whose executor applies what it is told when it is hinted, and whose dataplane answers as a test has it answer. */
export interface FakeNode extends JoinedNode {
  /** Error code that its probes meet, by the backend it runs; null: they are accepted. */
  meets: (backend: string, question: ProbeQuestion) => string | null;
  /** Backend that it has applied. */
  readonly backend: () => string;
  /** While true it applies nothing. */
  stuck: boolean;
  close(): Promise<void>;
}

/** Joins a node of this kind of name to a control plane. */
export async function fakeNode(api: Api, redisUrl: string, kind: string): Promise<FakeNode> {
  const joined = await joinNode(api, kind);
  let backend = 'nftables';
  const apply = async () => {
    if (node.stuck) return;
    backend = (await api.ok(`GET /nodes/${joined.id}`)).body.backend;
    await joined.apply();
  };
  const probe = async (question: ProbeQuestion): Promise<ProbeAnswer> => {
    const code = node.meets(backend, question);
    const how = code === null ? { connected: question.attempts, errors: {} } : { connected: 0, errors: { [code]: question.attempts } };
    return { kind: 'probe', results: question.targets.map((target) => ({ target, ...how })) };
  };
  const workers = [createHintWorker({ url: redisUrl }, joined.name, apply), createAnswerer({ url: redisUrl }, joined.name, { probe })];
  const node: FakeNode = {
    ...joined,
    apply,
    meets: () => null,
    backend: () => backend,
    stuck: false,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
  await apply();
  return node;
}
