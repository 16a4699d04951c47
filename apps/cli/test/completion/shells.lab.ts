import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@weft/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PasteFolder, pasteFolder } from '../documents/pasted.ts';
import { type ShellName, Terminal } from './terminal.ts';

let folder: PasteFolder;

const SHOP = `kind: namespace
name: shop
---
kind: service
name: web-front
ports: [{ port: 80 }]
---
kind: service
name: web-back
namespace: shop
ports: [{ port: 80 }]
`;

beforeAll(async () => {
  folder = await pasteFolder();
  await writeFile(join(folder.directory, 'shop.yaml'), SHOP);
  await mkdir(join(folder.directory, 'manifests'));
  const text =
    './weft up --lab 1 --detach\n./weft apply -f shop.yaml --yes\nfor shell in bash zsh fish; do ./weft completion $shell >completion.$shell; done';
  const { exitCode, stdout, stderr } = await folder.bash(text);
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
}, 180_000);

afterAll(async () => {
  await folder.bash('./weft down --purge');
  await folder.remove();
}, 180_000);

/** What is typed before Tab, and what the command line is then. A space at the end: the word is whole, and the next one may come. */
const CASES = {
  commands: [
    ['weft desc', 'weft describe '],
    ['weft rollout sta', 'weft rollout start '],
    ['./weft desc', './weft describe '],
  ],
  options: [
    ['weft get --watch-o', 'weft get --watch-only '],
    ['weft get svc -o jso', 'weft get svc -o json '],
  ],
  kinds: [
    ['weft get serv', 'weft get services '],
    ['weft capture po', 'weft capture pod/'],
  ],
  'files where nothing of ours belongs': [
    ['weft apply -f sho', 'weft apply -f shop.yaml '],
    ['weft apply -f manif', 'weft apply -f manifests/'],
  ],
} as const;

/** The same with what only the fleet knows. */
const NAMES = [
  ['weft get svc web-f', 'weft get svc web-front '],
  ['weft describe svc/we', 'weft describe svc/web-front '],
  ['weft get -n sh', 'weft get -n shop '],
  ['weft get -n shop svc ', 'weft get -n shop svc web-back '],
  ['weft node drain node', 'weft node drain node-1 '],
] as const;

/** As the help of `weft completion` says, and as zsh finds it by itself. */
const LOADED: readonly (readonly [how: string, shell: ShellName, startUp: string])[] = [
  ['bash', 'bash', 'source ./completion.bash'],
  ['zsh', 'zsh', 'source ./completion.zsh'],
  ['zsh, from a folder of fpath', 'zsh', 'cp completion.zsh _weft; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u'],
  ['fish', 'fish', 'source ./completion.fish'],
];

describe.each(LOADED)('%s', (_, shell, startUp) => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await Terminal.open(shell, folder.directory, `export WEFT_STATE=${folder.directory}/state; ${startUp}`);
  });
  afterAll(() => terminal?.close());

  it.each(Object.entries(CASES))('completes %s', async (_, cases) => {
    for (const [typed, expected] of cases) expect(await terminal.tab(typed)).toBe(expected);
  });

  it('completes names', async () => {
    // A fleet that does not answer within 0.7 s, as on a busy machine, is asked again at the next Tab.
    for (const [typed, expected] of NAMES)
      await eventually(`«${typed}» to become «${expected}»`, async () => (await terminal.tab(typed)) === expected, { withinMs: 60_000 });
  });
});
