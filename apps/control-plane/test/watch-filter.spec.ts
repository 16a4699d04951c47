import { parseLabelSelector } from '@weft/model';
import type { WatchEvent } from '@weft/store';
import { describe, expect, it } from 'vitest';
import { type Filterable, FilteredView, type WatchFilter } from '../src/watch/watch-filter.ts';

const event = (type: WatchEvent<Filterable>['type'], app: string): WatchEvent<Filterable> => ({
  type,
  revision: 1,
  object: { id: 'pod_1', name: 'a', namespace: 'shop', node: 'n1', labels: { app } },
});

const byLabel: WatchFilter = { labelSelector: parseLabelSelector('app=web') ?? [] };
const seen = (view: FilteredView, events: WatchEvent<Filterable>[]) => events.map((each) => view.see(each)?.type ?? null);

describe('a watch with a label selector', () => {
  it('sees an object appear and disappear as its labels begin and stop to match', () => {
    const view = new FilteredView(byLabel, null, false);
    const story = [
      event('ADDED', 'db'),
      event('MODIFIED', 'web'),
      event('MODIFIED', 'web'),
      event('MODIFIED', 'db'),
      event('DELETED', 'db'),
    ];
    expect(seen(view, story)).toEqual([null, 'ADDED', 'MODIFIED', 'DELETED', null]);
  });

  it('sees a listed object stop to match', () => {
    const view = new FilteredView(byLabel, null, false);
    view.listed(event('ADDED', 'web').object);
    expect(seen(view, [event('MODIFIED', 'db'), event('DELETED', 'db')])).toEqual(['DELETED', null]);
  });

  it('does not know, when resumed, what its client has, and tells once that an object does not match', () => {
    expect(seen(new FilteredView(byLabel, null, true), [event('MODIFIED', 'db'), event('MODIFIED', 'db')])).toEqual(['DELETED', null]);
  });
});

it.each([
  [{ namespace: 'shop' }, 'MODIFIED'],
  [{ namespace: 'other' }, null],
  [{ node: 'n1', name: 'a' }, 'MODIFIED'],
  [{ node: 'n2' }, null],
  [{ service: 'web' }, null],
  [{}, 'MODIFIED'],
] as const)('filters by what never changes: %o', (filter, type) => {
  expect(seen(new FilteredView(filter, null, false), [event('MODIFIED', 'db')])).toEqual([type]);
});
