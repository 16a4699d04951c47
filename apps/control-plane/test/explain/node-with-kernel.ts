import { gzipSync } from 'node:zlib';
import { compile } from '@weft/compiler';
import { type Answerers, createAnswerer, type LiveAnswer, type LiveObject, type LiveQuestion } from '@weft/jobs';
import { identityOf, inventory } from '@weft/kernel';
import { type DesiredState, type KernelObject } from '@weft/model';
import type { Api } from '../harness/api.ts';
import { type JoinedNode, joinNode } from '../harness/executor.ts';

/** A node with a kernel in memory: what it applied, and what a test does to it. */
export interface NodeWithKernel extends JoinedNode {
  /** What is there. */
  objects(): readonly KernelObject[];
  /** Puts something there that nobody asked for. */
  plant(object: KernelObject): void;
  /** Makes a thing otherwise; null: takes it away. */
  alter(object: KernelObject, text: string | null): void;
  close(): Promise<void>;
}

const speaksOf = ({ place, key, text }: KernelObject, words: string) => [place, key, text].some((part) => part.includes(words));

/** Joins a node of this kind of name that answers questions about its kernel. */
export async function nodeWithKernel(api: Api, redisUrl: string, kind: string): Promise<NodeWithKernel> {
  return withKernel(api, redisUrl, await joinNode(api, kind, { backends: ['nftables', 'iptables', 'ipvs'] }));
}

/** Gives a node a kernel, and has it answer questions about that; others as `others` says. */
export function withKernel(api: Api, redisUrl: string, joined: JoinedNode, others: Partial<Answerers> = {}): NodeWithKernel {
  let left = new Set<string>();
  let objects: KernelObject[] = [];
  let applied: LiveAnswer['applied'] = null;

  async function apply(): Promise<void> {
    const pull: DesiredState = (await api.ok('GET /node-agent/desired', { token: joined.token })).body;
    objects = inventory(compile(pull, joined.id));
    left = new Set(objects.map(identityOf));
    applied = { epoch: pull.epoch, revision: pull.revision };
    await joined.apply();
  }

  const live = async ({ select, after, limit }: LiveQuestion): Promise<LiveAnswer> => {
    const { kinds, text, identities, foreign } = select;
    const fitting = objects
      .map((object): LiveObject => ({ ...object, foreign: !left.has(identityOf(object)) }))
      .filter(
        (object) =>
          (kinds?.includes(object.kind) ?? true) &&
          (identities?.includes(identityOf(object)) ?? true) &&
          (text === null || speaksOf(object, text)) &&
          (foreign === null || foreign === object.foreign),
      );
    const known = after?.known ?? 0;
    const part = gzipSync(JSON.stringify(fitting.slice(known, known + limit))).toString('base64');
    const at = new Date().toISOString();
    const look = after === null || after.look === 'look' ? 'look' : null;
    return { kind: 'live', look, at, applied, objects: part, total: fitting.length, truncated: false };
  };

  const worker = createAnswerer({ url: redisUrl }, joined.name, { ...others, live });
  return {
    ...joined,
    apply,
    objects: () => objects,
    plant: (object) => objects.push(object),
    alter(object, text) {
      const at = objects.findIndex((one) => identityOf(one) === identityOf(object));
      objects.splice(at, 1, ...(text === null ? [] : [{ ...object, text }]));
    },
    close: () => worker.close(),
  };
}
