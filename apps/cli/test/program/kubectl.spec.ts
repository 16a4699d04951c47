import { expect, it, vi } from 'vitest';
import { chosenNamespace } from '../../src/context/namespace.ts';
import { inOurWords } from '../../src/program/kubectl-words.ts';
import { weftProgram, withAllBelow } from '../../src/program/program.ts';
import { seconds } from '../../src/terminal/options.ts';

/** What a command line is refused with. */
async function refusal(...words: string[]): Promise<string> {
  const program = weftProgram();
  const said: string[] = [];
  for (const command of withAllBelow(program)) command.configureOutput({ writeErr: (text) => void said.push(text) });
  await expect(program.parseAsync(words, { from: 'user' })).rejects.toMatchObject({ name: 'CommanderError', exitCode: 1 });
  return said.join('');
}

it('tells whoever types a word of kubectl what it is called here', async () => {
  expect(await refusal('drain', 'node-1', '--ignore-daemonsets')).toContain('there is no command drain: weft node drain <name>');
  expect(await refusal('create', '-f', 'web.yaml')).toContain('weft apply -f');
});

it('does not show those words among the commands', () => {
  expect(weftProgram().helpInformation()).not.toMatch(/^ +(create|drain|cluster-info)\b/m);
});

it('takes a namespace before the command as well', async () => {
  vi.stubEnv('WEFT_NAMESPACE', 'other');
  vi.stubEnv('WEFT_CONTEXTS', '/nowhere');
  await weftProgram().parseAsync(['-n', 'shop', 'kinds'], { from: 'user' });
  expect(await chosenNamespace(undefined)).toBe('shop');
  vi.unstubAllEnvs();
});

it.each([
  [['rollback', '--to', '30m', '--delete-newer'], 'shop'],
  [['history', 'service/web'], 'shop'],
  [['delete', '-f', 'web.yaml'], 'shop'],
  [['delete', '-n', 'ours', '-f', 'web.yaml'], 'ours'],
  [['token', 'create', 'ci'], ['shop']],
])('has a namespace before %s limit it as one after it does', async (words, namespace) => {
  vi.stubEnv('WEFT_NAMESPACE', '');
  const program = weftProgram();
  const given: unknown[] = [];
  for (const command of withAllBelow(program).slice(1)) command.action(() => void given.push(command.opts().namespace));
  await program.parseAsync(['-n', 'shop', ...words], { from: 'user' });
  expect(given).toEqual([namespace]);
  vi.unstubAllEnvs();
});

it('takes options as kubectl spells them', () => {
  const said = (line: string) => inOurWords(weftProgram(), line.split(' ')).join(' ');
  expect(said('apply --filename=a.yaml --dry-run=server')).toBe('apply --file=a.yaml --dry-run');
  expect(said('-n shop delete --filename a.yaml --filename=b.yaml')).toBe('-n shop delete --file a.yaml --file=b.yaml');
  expect(said('apply -f a.yaml --prune -l app=shop --dry-run=server')).toBe('apply -f a.yaml --prune -l app=shop --dry-run');
});

it.each([
  'lab exec client -- kubectl apply --filename a.yaml --dry-run=server',
  'lab exec client kubectl apply --filename=a.yaml --dry-run=server',
  '-n shop lab exec --state /tmp/lab pod/web-1 curl --filename a',
  'apply -f a.yaml -- --filename',
  'get pods --filename a.yaml',
  '--filename a.yaml',
])('leaves alone what is no option of ours: %s', (line) => {
  expect(inOurWords(weftProgram(), line.split(' '))).toEqual(line.split(' '));
});

it('reads times as seconds, and as kubectl writes them', () => {
  const read = seconds(1, 7200);
  expect(['30', '30s', '5m', '2h'].map(read)).toEqual([30, 30, 300, 7200]);
  for (const wrong of ['', '0', '3h', '1d', '5 m', '-5', '1.5m'])
    expect(() => read(wrong), wrong).toThrow('It must be seconds from 1 to 7200');
});
