import { expect, it } from 'vitest';
import { weftProgram, withAllBelow } from '../../src/program/program.ts';

it.each([
  '-A WEFT-SERVICES -m comment',
  '-A -t 198.19.0.1:80 -s rr',
  '-a -t 198.19.0.1:80 -r 100.64.0.2:8080 -m -w 1',
  ':WEFT-SERVICES - [0:0]',
])('explain takes %s for a line, not for options', async (line) => {
  const program = weftProgram();
  const given: unknown[] = [];
  for (const command of withAllBelow(program))
    if (command.name() === 'explain') command.action((...asked) => void given.push(asked.slice(0, 3)));
  await program.parseAsync(['explain', 'node/node-1', line, '-o', 'json'], { from: 'user' });
  expect(given).toEqual([['node/node-1', line, expect.objectContaining({ output: 'json' })]]);
});

it('explain takes a mistyped option for what it is', async () => {
  await expect(weftProgram().parseAsync(['explain', 'node/node-1', '--contex=prod'], { from: 'user' })).rejects.toThrow(
    'no option of this command',
  );
});
