import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type JoinOutlook, PROTOCOL } from '@weft/model';
import { ApiError } from '@weft/sdk';
import { trustOnly } from '@weft/telemetry';
import { findFacts, findPoolConflicts, findTunnelPortConflicts } from '../host/host.ts';
import type { JoinArguments } from './arguments.ts';
import { kept } from './credential.ts';
import { CredentialError, CredentialFile } from './credential-file.ts';
import { type Finding, findingLines, findingsOf, type Look } from './findings.ts';
import { type IdentityApi, identityApi } from './identity-api.ts';
import { newReceiptKey, publicReceiptKey } from './receipt-key.ts';
import { writeSettings } from './settings-file.ts';

/** The host cannot join; the message says why and what to do. */
export class JoinError extends Error {
  override readonly name = 'JoinError';
}

type Say = (line: string) => void;

async function joinToken({ token, tokenFile }: JoinArguments): Promise<string> {
  if (token === null && tokenFile === null && process.stdin.isTTY) process.stderr.write('join token, then Ctrl-D: ');
  const given = token ?? (tokenFile === null ? await text(process.stdin) : await readFile(tokenFile, 'utf8'));
  const trimmed = given.trim();
  if (trimmed === '') throw new JoinError('there is no join token: give --token-file, or the token on standard input');
  return trimmed;
}

/** Whether a credential was refused for good: it was revoked, has ended, or its node was removed. A new join makes all of these good. */
const isOver = (error: unknown) => error instanceof ApiError && (error.status === 401 || error.code === 'NodeRemoved');

/** The node that a credential which is here already stands for; null when there is none, or it is of no use any more. */
async function joinedAs(file: CredentialFile, api: IdentityApi): Promise<string | null> {
  try {
    const { token } = await file.read();
    return (await api.identity(token)).node.name;
  } catch (error) {
    if (error instanceof CredentialError || isOver(error)) return null;
    throw error;
  }
}

async function look({ address, url }: JoinArguments, { network }: JoinOutlook, api: IdentityApi): Promise<Look> {
  const [facts, poolConflicts, tunnelPortConflicts, clockAheadMs] = await Promise.all([
    findFacts(address, url),
    findPoolConflicts(network),
    network.overlay === 'direct' ? [] : findTunnelPortConflicts(network.vxlan.port),
    api.clockAhead(Date.now),
  ]);
  return { facts, poolConflicts, tunnelPortConflicts, clockAheadMs };
}

const stops = (findings: readonly Finding[]) => findings.filter(({ weight }) => weight === 'stop');

/** What the executor has to be started with. */
const settingsOf = ({ url, address, caFile, credentialFile }: JoinArguments) => ({
  WEFT_URL: url,
  WEFT_CREDENTIAL_FILE: credentialFile,
  ...(address === null ? {} : { WEFT_NODE_ADDRESS: address }),
  ...(caFile === null ? {} : { WEFT_CA_FILE: caFile }),
});

const START = 'systemctl enable --now weft-node-executor';

/**
 * `join`: looks at this host, says what it found, and makes it a node. Returns the exit code: 1 when the host cannot be one.
 * Throws JoinError, CredentialError, TrustError, the SDK's ApiError or ConnectionError, and NodeAddressError.
 */
export async function join(args: JoinArguments, say: Say): Promise<number> {
  if (args.caFile !== null) trustOnly(args.caFile);
  const api = identityApi(args.url);
  const file = new CredentialFile(args.credentialFile);
  const already = await joinedAs(file, api);
  if (already !== null && args.name !== undefined && already !== args.name)
    throw new JoinError(`this host is node ${already}, and cannot be ${args.name} too: \`weft node leave\` first`);
  if (already !== null) {
    if (!args.dryRun) await writeSettings(args.settingsFile, settingsOf(args));
    say(`this host is node ${already} already; its credential is good. Start the executor with: ${START}`);
    return 0;
  }
  const token = await joinToken(args);
  const outlook = await api.preview(token, args.name);
  const name = outlook.nodeName;
  if (name === null) throw new JoinError('the join token is for no name: give --name');

  const looked = await look(args, outlook, api);
  const findings = findingsOf(looked);
  say(`this host, as node ${name} of ${args.url}:`);
  for (const line of findingLines(findings)) say(line);
  if (stops(findings).length > 0) {
    say('it cannot be a node before what says STOP is put right; nothing was changed, and the join token is still good');
    return 1;
  }
  if (args.dryRun) {
    say(`it would join${outlook.requireApproval ? ' and wait for approval' : ''}; nothing was changed, and the join token is still good`);
    return 0;
  }
  const receiptKey = newReceiptKey(Date.now());
  const credential = await api.join({
    token,
    nodeName: name,
    protocol: PROTOCOL,
    facts: looked.facts,
    receiptKey: publicReceiptKey(receiptKey),
  });
  await file.write(kept(credential, receiptKey, Date.now()));
  await writeSettings(args.settingsFile, settingsOf(args));
  say(`joined as node ${name}: credential in ${args.credentialFile}, settings in ${args.settingsFile}`);
  if (credential.redis === null)
    say('the control plane names no Redis for nodes: changes arrive with heartbeats (see WEFT_NODE_REDIS_URL)');
  if (!credential.approved) say(`it does nothing before it is approved: POST ${args.url}/nodes/${credential.node.id}/approve`);
  say(`start the executor with: ${START}`);
  return 0;
}
