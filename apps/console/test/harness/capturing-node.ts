import { createAnswerer } from '@weft/jobs';
import { record, stream } from '../../../control-plane/test/captures/packets.ts';
import type { Api } from '../../../control-plane/test/harness/api.ts';
import { type JoinedNode, joinNode } from '../../../control-plane/test/harness/executor.ts';

/** A node that captures two packets, and goes on until it is told to stop. */
export interface CapturingNode {
  readonly node: JoinedNode;
  /** Captures that were stopped. */
  readonly stopped: readonly string[];
  close(): Promise<void>;
}

/** Joins one. */
export async function capturingNode(api: Api, redisUrl: string): Promise<CapturingNode> {
  const node = await joinNode(api, 'capturing');
  const stopped: string[] = [];
  let pieces: Buffer[] = [];
  const worker = createAnswerer({ url: redisUrl }, node.name, {
    'capture-start': async () => {
      pieces = [stream([record(1, 'one')]), record(2, 'two')];
      return { kind: 'capture-start', refused: null };
    },
    'capture-read': async () => ({ kind: 'capture-read', piece: (pieces.shift() ?? Buffer.alloc(0)).toString('base64'), ended: null }),
    'capture-stop': async ({ session }) => {
      stopped.push(session);
      return { kind: 'capture-stop' };
    },
  });
  return { node, stopped, close: () => worker.close() };
}
