import { describe, expect, it } from 'vitest';
import { table } from '../src/terminal/table.ts';

describe('table', () => {
  it('aligns columns by what is seen, not by colour codes', () => {
    const red = '\u001b[31mred\u001b[39m';
    expect(
      table(
        ['NAME', 'STATE', 'X'],
        [
          [red, 'a', '1'],
          ['longer', '', '2'],
        ],
      ),
    ).toEqual(['NAME    STATE  X', `${red}     a      1`, 'longer         2']);
  });

  it('leaves no blanks at the ends of lines and prints nothing for nothing', () => {
    expect(table(['A', 'B'], [['x', '']])).toEqual(['A  B', 'x']);
    expect(table(['A'], [])).toEqual([]);
  });
});
