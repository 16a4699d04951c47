// One endpoint changed by the API, until the rule stands in the kernel of a node with so many services: Postgres, Redis, control plane and the executor as its unit starts it, all in
// the network namespace that this process was started in. Prints figures as JSON, one a line. Arguments: number of services, and `quick` or `thorough`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROTOCOL } from '@weft/model';
import { kept } from '../../apps/node-executor/src/identity/credential.ts';
import { CredentialFile } from '../../apps/node-executor/src/identity/credential-file.ts';
import { identityApi } from '../../apps/node-executor/src/identity/identity-api.ts';
import { newReceiptKey, publicReceiptKey } from '../../apps/node-executor/src/identity/receipt-key.ts';
import { onSite } from '../api/cluster.ts';
import { fill } from '../api/fill.ts';
import type { Plane, Site } from '../api/site.ts';
import { timeTool } from '../dataplane/bare-tool.ts';
import { prepareOwnNetwork } from '../dataplane/own-network.ts';
import { figure } from '../harness/figure.ts';
import { printFigures } from '../harness/program.ts';
import { hollowFacts } from '../hollow/hollow-ports.ts';
import { NodeProcess } from './node-process.ts';
import { RuleMonitor } from './rule-monitor.ts';

const [sizeText = '', how = ''] = process.argv.slice(2);
const size = Number(sizeText);

const CHANGES = how === 'quick' ? 100 : 300;
/** The node is idle again before the next change. */
const IDLE_MS = 40;
/** Of a fresh process the first changes are slower than those of one that runs for days. */
const WARM = 20;
/** One change in so many is followed by one of the floor. */
const FLOOR_EVERY = 5;

/** The last service address, which none of so few services has. */
const NOBODYS = '198.19.255.254';

interface ChangeableEndpoint {
  readonly id: string;
  readonly address: string;
}

/** Has this host join, as a node's operator does. */
async function joinAsNode(plane: Plane, credentialFile: string): Promise<void> {
  const { token } = await plane.client.ok<{ token: string }>('POST', '/join-tokens', { nodeName: 'node-1' });
  const receiptKey = newReceiptKey(Date.now());
  const credential = await identityApi(plane.url).join({
    token,
    nodeName: 'node-1',
    protocol: PROTOCOL,
    facts: hollowFacts(1),
    receiptKey: publicReceiptKey(receiptKey),
  });
  await new CredentialFile(credentialFile).write(kept(credential, receiptKey, Date.now()));
}

/** Milliseconds from requests to their rules and to their answers, and of the floor in between. */
async function measure(site: Site, folder: string) {
  const plane = await site.plane('change', { env: { WEFT_NODE_REDIS_URL: site.redisUrl } });
  await fill(plane.sql, plane.client, size);
  await joinAsNode(plane, join(folder, 'credential'));
  const executor = new NodeProcess(folder, plane.url);
  await executor.inSync();
  const { rows } = await plane.sql.query<ChangeableEndpoint>(
    `SELECT e.id, host(s.cluster_ip) AS address FROM endpoint e JOIN service s ON s.id = e.service_id ORDER BY md5(e.id) LIMIT $1`,
    [CHANGES + WARM],
  );
  const monitor = new RuleMonitor();
  const [live, answered, floor]: [number[], number[], number[]] = [[], [], []];
  const nft = (text: string) => timeTool(folder, ['nft', '-f', '-'], text);
  try {
    await nft('add table ip floor\nadd map ip floor m { type ipv4_addr . inet_service : ipv4_addr; }\n');
    await monitor.listening(NOBODYS, (time) => nft(`add element ip floor m { ${NOBODYS} . ${1 + time} : 10.0.0.1 }\n`));
    for (const [n, { id, address }] of rows.entries()) {
      await pause(IDLE_MS);
      const startedAt = performance.now();
      const standing = monitor.next(address);
      await plane.client.ok('PATCH', `/endpoints/${id}`, { ready: false }, { 'if-match': '*' });
      const answeredAt = performance.now();
      const standsAt = await standing;
      if (n < WARM) continue;
      answered.push(answeredAt - startedAt);
      live.push(standsAt - startedAt);
      if (n % FLOOR_EVERY === 0) floor.push(await nft(`add element ip floor m { ${address} . ${1_000 + n} : 10.0.0.1 }\n`));
    }
    return { live, answered, floor };
  } finally {
    monitor.close();
    await executor.end();
  }
}

prepareOwnNetwork('nftables');
const folder = mkdtempSync(join(tmpdir(), 'weft-bench-change-'));
const { live, answered, floor } = await onSite((site) => measure(site, folder));
rmSync(folder, { recursive: true });

printFigures(
  [0.5, 0.99].flatMap((share) => {
    const what = (until: string) => ({ name: `PATCH of an endpoint to ${until}, p${share * 100}`, size, unit: 'ms' as const });
    return [
      figure(what('the rule in the kernel'), live, { share, floor: { name: 'one nft -f -', samples: floor } }),
      figure(what('the answer'), answered, { share }),
    ];
  }),
);
