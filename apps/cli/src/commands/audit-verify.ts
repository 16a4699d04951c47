import { readFile } from 'node:fs/promises';
import { CHAINS, Checkpoint } from '@weft/model';
import { auditApi } from '../api/audit-api.ts';
import { type Verification, verifyRecords } from '../audit/verification.ts';
import { table } from '../terminal/table.ts';
import { UserError } from '../user-error.ts';

interface Options {
  readonly state?: string;
  readonly checkpoint?: readonly string[];
  readonly publicKey?: readonly string[];
  readonly output: 'text' | 'json';
}

/** The checkpoint in a file. Throws UserError. */
async function readCheckpoint(path: string): Promise<Checkpoint> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${path} cannot be read`, { cause });
  });
  try {
    return Checkpoint.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserError(`${path} is no checkpoint: weft audit checkpoint makes one`, { cause });
  }
}

/** What a verification found, for people. */
export function verificationLines({ findings, chains, notes }: Verification): string[] {
  const states = CHAINS.map((chain) => {
    const { head, anchoredAt, waiting } = chains[chain];
    const anchor = anchoredAt === null ? 'no checkpoint reaches into it' : `as it was at ${anchoredAt.id} of ${anchoredAt.at}`;
    return `${chain}: ${head.seq} links, ${anchor}${waiting > 0 ? `; ${waiting} more are not sealed yet` : ''}`;
  });
  const rows = findings.listed.map(({ kind, chain, seq, about, message }) => [
    kind,
    chain ?? '',
    seq === null ? '' : String(seq),
    about,
    message,
  ]);
  const more = findings.count - findings.listed.length;
  const verdict = findings.count === 0 ? 'nothing was found that is not as it was recorded' : `${findings.count} findings`;
  return [
    ...states,
    ...notes.map((note) => `note: ${note}`),
    verdict,
    ...table(['WHAT', 'CHAIN', 'LINK', 'ABOUT', ''], rows),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

/** Verifies all that was recorded and prints what is not as it was. The exit status is 1 when there is anything. Throws UserError. */
export async function verifyAudit({ state, checkpoint = [], publicKey = [], output }: Options): Promise<void> {
  const checkpoints = await Promise.all(checkpoint.map(readCheckpoint));
  const verification = await verifyRecords(await auditApi(state), { checkpoints, publicKeys: publicKey });
  const { findings, chains, notes } = verification;
  const asJson = () => JSON.stringify({ count: findings.count, findings: findings.listed, chains, notes }, null, 2);
  console.log(output === 'json' ? asJson() : verificationLines(verification).join('\n'));
  if (findings.count > 0) process.exitCode = 1;
}
