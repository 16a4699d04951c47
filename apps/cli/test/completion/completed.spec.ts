import { expect, it } from 'vitest';
import { candidates } from '../../src/completion/completed.ts';
import { placeOf } from '../../src/completion/places.ts';
import { weftProgram } from '../../src/program/program.ts';

const program = weftProgram();

/** What is offered after a command line, the last word as far as it is typed. */
function after(line: string) {
  const words = line.split(' ').slice(1);
  return candidates(program, words.slice(0, -1), words.at(-1) ?? '', placeOf);
}

it('offers commands, and those below them', () => {
  expect(after('weft ge').words).toEqual(['get']);
  expect(after('weft ').words).toEqual(expect.arrayContaining(['get', 'describe', 'apply', 'context']));
  expect(after('weft ').words).not.toEqual(expect.arrayContaining(['__complete']));
  expect(after('weft context ').words).toEqual(['add', 'list', 'use', 'remove']);
});

it('offers kinds, then names of the kind', () => {
  expect(after('weft get serv').words).toEqual(['services']);
  expect(after('weft get svc web')).toEqual({ words: [], ask: { kinds: 'svc', prefix: '' } });
  expect(after('weft describe svc/we')).toEqual({ words: [], ask: { kinds: 'svc', prefix: 'svc/' } });
  expect(after('weft get -n shop svc ')).toEqual({ words: [], ask: { kinds: 'svc', prefix: '', namespace: 'shop' } });
  expect(after('weft get nonsense ')).toEqual({ words: [] });
});

it('offers options, their choices, and what the fleet knows for them', () => {
  expect(after('weft get --wat').words).toEqual(['--watch', '--watch-only']);
  expect(after('weft get -o ').words).toEqual(['table', 'wide', 'json', 'yaml', 'name']);
  expect(after('weft get -n sh')).toEqual({ words: [], ask: { kinds: 'namespace', prefix: '' } });
  expect(after('weft completion ').words).toEqual(['bash', 'zsh', 'fish']);
  expect(after('weft token create ci --role ').words).toEqual(['admin', 'operator', 'viewer']);
});

it('offers what is named with its place', () => {
  expect(after('weft capture p').words).toEqual(['pod/']);
  expect(after('weft blame node/')).toEqual({ words: [], ask: { kinds: 'node', prefix: 'node/' } });
});

it.each(['drain', 'cordon', 'uncordon', 'doctor'])('offers nodes to node %s', (command) => {
  expect(after(`weft node ${command} no`)).toEqual({ words: [], ask: { kinds: 'node', prefix: '' } });
});

it('asks where the line says', () => {
  expect(after('weft get svc --context prod ').ask).toEqual({ kinds: 'svc', prefix: '', context: 'prod' });
  expect(after('weft --context prod get svc ').ask).toEqual({ kinds: 'svc', prefix: '', context: 'prod' });
  expect(after('weft get --state /tmp/lab -n shop svc ').ask).toEqual({ kinds: 'svc', prefix: '', state: '/tmp/lab', namespace: 'shop' });
});

it('offers contexts', () => {
  expect(after('weft context use l')).toEqual({ words: [], contexts: true });
  expect(after('weft get svc --context ')).toEqual({ words: [], contexts: true });
});
