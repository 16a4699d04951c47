import { expect, it } from 'vitest';
import { AppliedLog } from '../hollow/applied-log.ts';

function log(): AppliedLog {
  const made = new AppliedLog();
  made.take([
    [1, 5, 100],
    [2, 5, 110],
    [1, 5, 120],
  ]);
  made.take([
    [1, 9, 200],
    [2, 7, 210],
    [2, 9, 300],
  ]);
  return made;
}

it('knows how many nodes have come to a revision, and when each did', () => {
  expect([5, 6, 9, 10].map((revision) => log().reached(revision))).toEqual([2, 2, 2, 0]);
  expect(log().times(7)).toEqual([200, 210]);
  expect(log().times(5)).toEqual([100, 110]);
  expect([1, 2, 3].map((node) => log().first(node))).toEqual([100, 110, null]);
});

it('says of each commit how long the last node took, and of none that a node lacks', () => {
  const commits = [
    { revision: 5, at: 90 },
    { revision: 6, at: 150 },
    { revision: 8, at: 190 },
    { revision: 10, at: 250 },
  ];
  expect(log().lags(commits)).toEqual([20, 60, 110]);
});
