import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type PasteFolder, pasteFolder, shellBlocks } from './documents/pasted.ts';
import { machineNetwork } from './fleet/local-fleet.ts';

let folder: PasteFolder;
let before: readonly string[];

const bash = (text: string) => folder.bash(text);

beforeAll(async () => {
  before = await machineNetwork();
  folder = await pasteFolder();
});

afterEach(() => bash('./weft down --purge'));

afterAll(async () => {
  await folder.remove();
  expect(await machineNetwork()).toEqual(before);
});

it('README gives a first service, word for word', async () => {
  const blocks = await shellBlocks('README.md', 'A first service');
  expect(blocks).toContain('./weft up');
  const { exitCode, stdout, stderr } = await bash(blocks);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^default\/web-[12]$/m);
  expect(stdout).toContain('2 of 2 pods ready, 1 of 1 services live\neverything that was asked for is live\n');
});

it('README shows everything in its demo, with nothing wrong in it, and leaves nothing behind', { timeout: 300_000 }, async () => {
  expect(await shellBlocks('README.md', 'Two commands')).toMatch(/^\.\/weft demo /m);
  // Some hundred processes one after the other: 7 s on a machine with nothing else to do, 110 s on two cores with a load of 17.
  const patient = await pasteFolder(280_000);
  const { exitCode, stdout, stderr } = await patient.bash('./weft demo --exit --state "$PWD/demo"');
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  await patient.remove();
  expect(stdout).toMatch(/^In all: all [1-9]\d+ checks are right, in \d+ s$/m);
  expect(await machineNetwork()).toEqual(before);
});

/** Lines of `uniq -c`: how often each pod answered. */
const answers = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => /^ +\d+ default\/web-\d$/.test(line))
    .map((line) => line.trim());

it('docs/howto/try-services.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/try-services.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const rounds = answers(stdout);
  expect(rounds.filter((line) => /^6 default\/web-\d$/.test(line)).length).toBeGreaterThanOrEqual(3);
  expect(rounds).toContain('6 default/web-2');
  expect(rounds.slice(-3)).toEqual(['2 default/web-1', '2 default/web-2', '2 default/web-3']);
  expect(stdout).toContain('not from here');
  expect(stdout).toContain('refused: a node of this fleet cannot do that');
  expect(stdout).toMatch(/"localEndpoints":1/);
});

it('docs/howto/reachability.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/reachability.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const verdicts = Array.from(stdout.matchAll(/^(\w+): \S+ → /gm), ([, verdict]) => verdict);
  expect(verdicts).toEqual(['reachable', 'reachable', 'reachable', 'reachable', 'dropped', 'reachable', 'unroutable']);
  expect(stdout).toContain('kept by externalTrafficPolicy: Local for default/web');
  expect(stdout).toContain('the host has no route to the pods of node-2');
});

it('docs/howto/trace-and-capture.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/trace-and-capture.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const verdicts = Array.from(stdout.matchAll(/^(\w+): a packet of TCP/gm), ([, verdict]) => verdict);
  expect(verdicts).toEqual(['reachable', 'refused', 'dropped']);
  expect(stdout).toContain('dropped on node-3 by chain guard of table inet firewall: tcp dport 8080 drop');
  expect(stdout.match(/ > 100\.64\.\d+\.\d+\.8080: Flags/g)).toHaveLength(10);
});

it('docs/howto/explain.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/explain.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/^ {2}for +service default\/web \(svc_\w+, generation 1\)$/m);
  expect(stdout).toMatch(/^ {2}by +admin \(user\): serviceCreate, request ticket-4711$/m);
  expect(stdout).toMatch(/^ +\d+ +\S+ \S+ admin +service default\/web .*\| /m);
  expect(stdout).toMatch(/^\? +foreign +\| table ip theirs$/m);
  expect(stdout).toMatch(/^node-1, node-2, node-3 \(nftables\): 0 of \d+ differ$|^node-\d.*\(nftables\): 0 of \d+ differ$/m);
});

it('docs/howto/plan.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/plan.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/^\+ service shop\/web is created$/m);
  expect(stdout).toMatch(/^@@ node-2, node-3: \d+ added @@$/m);
  expect(stdout).toContain('namespace shop created\nservice shop/web created\npod shop/web-1 created\n');
  expect(stdout).toContain('shop is as it should be');
  expect(stdout).toContain('namespace shop is so already\nservice shop/web changed\npod shop/web-1 is so already\n');
  expect(stdout).toContain('once is enough');
  expect(stdout).toMatch(/^"totals":\{"added":[1-9]/m);
});

it('docs/howto/history.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/history.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/^service default\/web +\| /m);
  expect(stdout).toMatch(/^- .* 80 /m);
  expect(stdout).toMatch(/^\+ .* 81 /m);
  expect(stdout).toContain('rules differ');
  expect(stdout).toContain('services differ');
  expect(stdout).toContain('created   service default/web');
  expect(stdout.match(/^service default\/web +svc_\w+ +\d+$/gm)).toHaveLength(2);
});

it('docs/howto/audit.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(`./weft up --lab 1 --detach\n${await shellBlocks('docs/howto/audit.md')}`);
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/^AT +ACTOR +OPERATION /m);
  expect(stdout).toMatch(/^receipts: [1-9]\d* links, as it was at \S+ of /m);
  expect(stdout).toContain('nothing was found that is not as it was recorded');
  const exported = (await readFile(join(folder.directory, 'receipts.ndjson'), 'utf8')).trim().split('\n');
  for (const line of exported) expect(JSON.parse(line)).toMatchObject({ node: 'node-1' });
  expect(JSON.parse(await readFile(join(folder.directory, 'checkpoint.json'), 'utf8'))).toMatchObject({ receipts: {}, changes: {} });
});

it('docs/howto/command-line.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/command-line.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/^services +svc +true +get,watch,delete,label/m);
  expect(stdout).toMatch(/^service\/shop\/web\npod\/shop\/web-1$/m);
  expect(stdout).toMatch(/^shop +web +ClusterIP +198\.19\.0\.\d+ .*app=web$/m);
  expect(stdout).toMatch(/^Kind: +service$[\s\S]*^Endpoints:\n +SERVICE .*\n +web +100\.64\.\d+\.\d+:8080 .*web-1/m);
  expect(stdout).toMatch(/^Kind: +node$[\s\S]*^Pods:\n.*\n +shop +web-1 /m);
  expect(stdout).toMatch(/ Change +admin +service\/shop\/web +serviceCreate at revision /);
  expect(stdout).toMatch(/^web is at 198\.19\.0\.\d+$/m);
  expect(stdout).toMatch(/^service\/shop\/web labelled\n[\s\S]*^weft apply -f web\.yaml .*--plan-token \S+\nservice shop\/web changed$/m);
  expect(stdout).toMatch(/^- service shop\/web is deleted$/m);
  expect(stdout).toMatch(/^service\/shop\/web deleted\npod\/shop\/web-1 (deleted|is going)\nnamespace\/shop deleted$/m);
  expect(stdout).toMatch(/^node\/node-2 cordoned\n(node-2: .*\n)*node-2 is drained\nnode\/node-2 uncordoned$/m);
  expect(stdout).toMatch(/^\* +lab +http:\S+ +default$/m);
});

it('docs/howto/from-kubernetes.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/howto/from-kubernetes.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toContain('service default/web created\npod default/web-1 created\n');
  expect(stdout).toMatch(/^ep_\w+ +web +100\.64\.\d+\.\d+:8080 +http +node-1 +web-1 /m);
  expect(stdout).toContain('as it is written\nstrict is strict\n');
  expect(stderr).toContain('weft: Service web: spec.ports[0].appProtocol has no meaning here and is left out\n');
  expect(stderr).toContain('weft: Pod web-1: spec.containers[0].image has no meaning here and is left out\n');
});

it('docs/tutorial/1-iptables.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await bash(await shellBlocks('docs/tutorial/1-iptables.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const rounds = Array.from(stdout.matchAll(/^ +\d+ (?:default\/)?((?:hand-)?web-\d)(?: sees (\S+))?$/gm), ([, who, seen]) =>
    [who, seen ?? ''].join(' ').trim(),
  );
  expect(rounds.filter((line) => line.startsWith('hand'))).toEqual([
    ...['hand-web-1 10.99.8.1', 'hand-web-2 10.99.8.1'],
    ...['hand-web-1 10.244.1.1', 'hand-web-2 10.244.1.1'],
    ...['hand-web-1 10.244.1.1', 'hand-web-2 10.244.1.1'],
    ...['hand-web-1 10.99.9.2', 'hand-web-2 10.99.9.2', 'hand-web-3 10.99.9.2'],
    ...['hand-web-1 10.99.9.2', 'hand-web-3 10.99.9.2'],
  ]);
  expect(new Set(rounds)).toEqual(new Set([...rounds.filter((line) => line.startsWith('hand')), 'web-1', 'web-2', 'web-3']));
  // After it is gone, nobody is led to web-2.
  expect(stdout.split('pod/default/web-2 deleted')[1]).not.toMatch(/^ +\d+ default\/web-2$/m);
  expect(stdout).toMatch(/^ +\d+ .* admin +service default\/web +\| .*WEFT-SVC-/m);
  expect(stdout).toMatch(/ iptables\[\d+\] +repaired /);
});
