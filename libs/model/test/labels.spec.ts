import { describe, expect, test } from 'vitest';
import { fulfils, Labels, matchesLabels, parseLabelSelector } from '../src/index.ts';

const web = { app: 'web', tier: 'front', 'example.com/owner': 'a.b' };

describe('label selectors', () => {
  test.each([
    ['app=web', true],
    ['app==web', true],
    ['app!=web', false],
    ['missing!=web', true],
    ['app in (db, web)', true],
    ['app notin (db,web)', false],
    ['missing notin (x)', true],
    ['app', true],
    ['!app', false],
    ['!missing', true],
    ['app=web,tier in (front,back),!old', true],
    ['app=web,tier=back', false],
    ['example.com/owner=a.b', true],
  ])('%s', (text, expected) => {
    const requirements = parseLabelSelector(text);
    expect(requirements).not.toBeNull();
    expect(fulfils(requirements ?? [], web)).toBe(expected);
  });

  test.each(['=web', 'app=web,', 'app=a b', 'app in web', 'app in (web', '-app=web', 'app=$(id)', ',', 'a/b/c=d'])(
    '%j is refused',
    (text) => expect(parseLabelSelector(text)).toBeNull(),
  );

  test('an empty selector of a service selects nothing', () => {
    expect(matchesLabels({}, web)).toBe(false);
    expect(matchesLabels({ app: 'web' }, web)).toBe(true);
    expect(matchesLabels({ app: 'web', tier: 'back' }, web)).toBe(false);
  });

  test.each([{ 'a b': 'c' }, { a: '-b' }, { a: 'x'.repeat(64) }, { é: 'x' }])('%j are not labels', (labels) =>
    expect(Labels.safeParse(labels).success).toBe(false),
  );
});
