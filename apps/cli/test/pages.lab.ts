import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PasteFolder, pasteFolder, shellBlocks } from './documents/pasted.ts';

/** What the pages take for granted: a fleet, and who asks it. */
const FLEET = `eval "$(./weft env)"
api() { curl -sS --fail-with-body -w '\\n' -H "Authorization: Bearer $WEFT_TOKEN" -H 'Content-Type: application/json' "$@"; }
`;

let folder: PasteFolder;

/** Pastes parts of a page into a shell that knows the fleet, and returns what it printed. */
async function pasted(page: string, ...headings: readonly string[]): Promise<string> {
  const blocks = await Promise.all(
    (headings.length === 0 ? [null] : headings).map((heading) => shellBlocks(`docs/howto/${page}.md`, heading)),
  );
  const { exitCode, stdout, stderr } = await folder.bash(FLEET + blocks.join('\n'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

const must = async (text: string) => expect(await folder.bash(text)).toMatchObject({ exitCode: 0 });

/** Waits until no rollout is under way. */
const settled = `for i in $(seq 100); do ./weft rollout list | grep -Eq 'Running|Reverting|Halted' || break; sleep 0.5; done\n`;

beforeAll(async () => {
  folder = await pasteFolder(170_000);
  await must('./weft up --lab 2 --detach');
  await must(`printf 'kind: namespace\\nname: shop\\n' | ./weft apply -f - --yes; ./weft label nodes --all rack=1`);
}, 180_000);

afterAll(async () => {
  await folder.bash('./weft down --purge');
  await folder.remove();
}, 180_000);

it('docs/howto/access.md does what it says, word for word', async () => {
  const printed = await pasted('access');
  expect(printed).toMatch(/\bci\b.*\boperator\b/);
  expect(printed).toContain('"name":"ci2"');
  expect(printed).toContain('{"allowed":true');
  expect(printed).toMatch(/"limits":\{[^}]*"pods":100/);
});

it('docs/howto/services.md does what it says, word for word', async () => {
  expect(await pasted('services')).toContain('"loadBalancerIPs":["203.0.113.10"]');
});

it('docs/howto/drift-and-freezes.md does what it says, word for word', async () => {
  const printed = await pasted('drift-and-freezes');
  expect(printed).toContain('"driftPolicy":"observe"');
  expect(printed.match(/"frozen":true/g)?.length).toBeGreaterThan(1);
  await must(`${FLEET}api -X PATCH -H 'If-Match: *' "$WEFT_URL/cluster" -d '{"frozen":false}'
api -X PATCH -H 'If-Match: *' "$WEFT_URL/nodes/$(./weft get node node-1 -o jsonpath='{.id}')" -d '{"frozen":false,"driftPolicy":"repair"}'
./weft wait nodes --all --for phase=Ready --timeout 60`);
});

it('docs/howto/rollouts.md does what it says, word for word', { timeout: 400_000 }, async () => {
  const parts = (await shellBlocks('docs/howto/rollouts.md')).split('\n').filter((line) => !line.startsWith('#'));
  expect(parts.join('\n')).toContain('rollout start --overlay cluster');
  const blocks = parts.join('\n').split(/(?=^\.\/weft rollout start --overlay vxlan)/m);
  for (const block of blocks) {
    const { exitCode, stdout, stderr } = await folder.bash(`${FLEET}${block}\n${settled}`);
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  }
  const { stdout } = await folder.bash('./weft get rollouts --no-headers');
  expect(stdout.trim().split('\n')).toHaveLength(4);
  for (const line of stdout.trim().split('\n')) expect(line).toContain(' Done ');
});

it('docs/howto/nodes.md takes nodes out as it says, word for word', async () => {
  const printed = await pasted('nodes', 'A node is NotReady', 'Take a node out', 'A host that does not come back');
  expect(printed).toContain('"notReadyAfterSeconds":60');
  expect(printed).toMatch(/"(Withdrawing|Evicting|Drained)"/);
  await must(`test -z "$(./weft get node node-1 -o name --ignore-not-found)"`);
});
