import type { DesiredService } from '@weft/model';
import { diffNft } from '@weft/reconcile';
import { desired, plan, service, tcp } from '@weft/testing/desired';
import { describe, expect, test } from 'vitest';
import { compiled } from './compiled.ts';

const [far, farther] = [plan.pod(2, 1), plan.pod(3, 1)];

/** Service number `i` of a big fleet: its address is 198.19.x.y. */
const one = (i: number, endpoints: readonly string[] = [far], changes: Partial<DesiredService> = {}): DesiredService =>
  service(i, [tcp(80, endpoints)], { clusterIP: `198.19.${i >> 8}.${i & 255}`, ...changes });

const plain = Array.from({ length: 1000 }, (_, i) => one(i + 1, i % 2 === 0 ? [far] : [far, farther]));
const sticky = (i: number, endpoints: readonly string[]) => one(i, endpoints, { sessionAffinity: 'ClientIP' });
const mixed = [...plain, sticky(2001, [far, farther]), sticky(2002, [far])];

/** What one transaction does when one state follows another: its commands, with how many elements each. */
function done(before: readonly DesiredService[], after: readonly DesiredService[]): string[] {
  const [had, has] = [before, after].map((services) => compiled(desired({ services })));
  return diffNft(has ?? null, had ?? null).map((command) => {
    if (command.do === 'add-elements' || command.do === 'delete-elements') return `${command.do} ${command.set} ${command.elements.length}`;
    if (command.do === 'add-map-elements') return `${command.do} ${command.map} ${command.elements.length}`;
    if (command.do === 'delete-map-elements') return `${command.do} ${command.map} ${command.keys.length}`;
    return command.do;
  });
}

describe('of a thousand services', () => {
  test('an endpoint more adds one element, and its service draws among more lots', () => {
    expect(done(mixed, mixed.with(0, one(1, [far, farther])))).toEqual([
      'add-map-elements service-endpoints 1',
      'delete-map-elements service-ports 1',
      'add-map-elements service-ports 1',
    ]);
  });

  test('an endpoint for another changes one element', () => {
    expect(done(mixed, mixed.with(1, one(2, [far, plan.pod(3, 2)])))).toEqual([
      'delete-map-elements service-endpoints 1',
      'add-map-elements service-endpoints 1',
    ]);
  });

  test('a service more adds its elements, and no rule', () => {
    expect(done(mixed, [...mixed, one(3000)])).toEqual([
      'add-elements service-connections 1',
      'add-elements service-ips 1',
      'add-elements service-traffic 1',
      'add-map-elements service-endpoints 1',
      'add-map-elements service-ports 1',
    ]);
  });

  test('one more with affinity adds elements, and no rule', () => {
    expect(done(mixed, [...mixed, sticky(3000, [far, farther])])).toEqual([
      'add-elements service-connections 1',
      'add-elements service-ips 1',
      'add-elements service-traffic 1',
      'add-map-elements service-endpoints 4',
      'add-map-elements service-groups 1',
      'add-map-elements service-learners 1',
      'add-map-elements service-ports 1',
    ]);
  });
});
