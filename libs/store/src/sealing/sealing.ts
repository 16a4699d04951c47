import { CHAINS, type ChainHead, type ChainName, type Checkpoint, canonicalJson, checkpointText } from '@weft/model';
import type { Database, Tables } from '../database/database.ts';
import type { CheckpointModel } from '../generated/models.ts';
import { newId } from '../new-id.ts';
import { newestFirst } from '../read/page.ts';
import { chainLines } from './chain-lines.ts';
import { headOf, sealBatch } from './seal.ts';
import type { CheckpointSigner, SealingStore } from './sealing-store.ts';

/** The head of a chain, as a checkpoint says it. */
async function standing(tables: Tables, chain: ChainName): Promise<ChainHead> {
  const { seq, hash } = await headOf(tables, chain);
  return { seq, hash };
}

function makeCheckpoint(database: Database, { publicKey, sign }: CheckpointSigner): Promise<Checkpoint> {
  return database.transaction(async (tables) => {
    const { epoch } = await tables.revisionCounter.findUniqueOrThrow({ where: { id: 1 } });
    const changes = await standing(tables, 'changes');
    const receipts = await standing(tables, 'receipts');
    const latest = await tables.checkpoint.findFirst({ orderBy: { serial: 'desc' } });
    const newest = latest?.body as Checkpoint | undefined;
    const standsThere = { epoch, changes, receipts, publicKey };
    if (newest !== undefined && canonicalJson({ ...newest, ...standsThere }) === canonicalJson(newest)) return newest;
    const statement = { id: newId('checkpoint'), at: new Date().toISOString(), ...standsThere };
    const checkpoint = { ...statement, signature: sign(checkpointText(statement)) };
    await tables.checkpoint.create({ data: { id: checkpoint.id, body: checkpoint } });
    return checkpoint;
  });
}

/** `database` is for what people ask, `agents` for the work behind. */
export function sealingStore(database: Database, agents: Database): SealingStore {
  return {
    seal: async () => {
      let sealed = 0;
      for (const chain of CHAINS) sealed += await sealBatch(agents, chain);
      return sealed;
    },
    checkpoint: (signer) => makeCheckpoint(agents, signer),
    checkpoints: {
      list: (query) =>
        database.read(async (tables) => {
          const rows = await newestFirst<CheckpointModel>(
            tables,
            query,
            (row) => row.serial,
            (below, take) => tables.checkpoint.findMany({ where: { serial: { lt: below } }, orderBy: { serial: 'desc' }, take }),
          );
          return { ...rows, items: rows.items.map(({ body }) => body as unknown as Checkpoint) };
        }),
    },
    lines: (chain, textSeconds) => chainLines(database, chain, textSeconds),
  };
}
