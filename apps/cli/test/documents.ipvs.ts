import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type PasteFolder, pasteFolder, shellBlocks } from './documents/pasted.ts';

let folder: PasteFolder;

beforeAll(async () => {
  // A fleet in a guest kernel: processes cost several times as much.
  folder = await pasteFolder(580_000);
});

afterEach(() => folder.bash('./weft down --purge'));

afterAll(() => folder.remove());

it('docs/tutorial/2-ipvs.md does what it says, word for word', async () => {
  const { exitCode, stdout, stderr } = await folder.bash(await shellBlocks('docs/tutorial/2-ipvs.md'));
  expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
  const rounds = Array.from(
    stdout.matchAll(/^ +(\d) (?:default\/)?((?:hand-)?web-\d)(?: sees (\S+))?$/gm),
    ([, times, who, seen]) => `${times} ${who}${seen === undefined ? '' : ` ${seen}`}`,
  );
  expect(rounds).toEqual([
    ...['2 hand-web-1 10.244.1.1', '2 hand-web-2 10.244.1.1'],
    ...['2 hand-web-1 10.244.1.1', '2 hand-web-2 10.244.1.1'],
    ...['2 web-1', '2 web-2'],
    ...['2 web-1', '2 web-2'],
    ...['2 hand-web-1 10.244.1.1', '2 hand-web-2 10.244.1.1'],
    ...['2 web-1', '2 web-2'],
    '4 hand-web-2 10.244.1.1',
    '4 web-2',
    expect.stringMatching(/^4 hand-web-\d 10\.244\.1\.1$/),
    expect.stringMatching(/^4 web-\d$/),
  ]);
  expect(stdout).toMatch(/^TCP +198\.19\.0\.80:80 rr/m);
  expect(stdout).toMatch(/^service default\/web +\| .*-A -t 198\.19\.0\.80:80 -s lc -p 600$/m);
  expect(stdout).toMatch(/ Change +admin +service\/default\/web +serviceUpdate at revision /);
}, 600_000);
