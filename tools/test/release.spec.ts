import { describe, expect, it } from 'vitest';
import { isNewer, ReleaseError, readArguments } from '../release/arguments.ts';
import { changelogWith } from '../release/changelog.ts';

describe('the arguments of a release', () => {
  it('are a version and whether it is a dry run', () => {
    expect(readArguments(['1.2.3'])).toEqual({ version: '1.2.3', dryRun: false });
    expect(readArguments(['--dry-run', '1.2.3'])).toEqual({ version: '1.2.3', dryRun: true });
  });

  it.each([[[]], [['v1.2.3']], [['1.2']], [['1.2.3', '1.2.4']], [['1.2.3', '--dry']]])('are not %j', (args) => {
    expect(() => readArguments(args)).toThrow(ReleaseError);
  });

  it.each([
    ['0.1.1', '0.1.0', true],
    ['0.10.0', '0.9.9', true],
    ['1.0.0', '0.99.99', true],
    ['0.1.0', '0.1.0', false],
    ['0.9.0', '0.10.0', false],
    ['0.99.99', '1.0.0', false],
  ])('%s after %s: %s', (version, than, newer) => {
    expect(isNewer(version, than)).toBe(newer);
  });
});

const first = { version: '0.1.0', date: '2026-11-20', subjects: ['cli: print a table', 'model, store: keep leases', 'cli: wait', 'Merge'] };
const second = { version: '0.2.0', date: '2026-11-21', subjects: ['release: 0.1.0', 'host: probe'] };

describe('the changelog', () => {
  it('has the first lines of commits by place, and the newest version first', () => {
    const text = changelogWith(changelogWith(null, first), second);
    expect(text.match(/^# Changes$/gm)).toHaveLength(1);
    const [, newest, oldest] = text.split(/^## /m);
    expect(newest).toBe('0.2.0, 2026-11-21\n\n### host\n\n- probe\n\n');
    expect(oldest).toBe('0.1.0, 2026-11-20\n\n### cli\n\n- print a table\n- wait\n\n### model, store\n\n- keep leases\n');
  });
});
