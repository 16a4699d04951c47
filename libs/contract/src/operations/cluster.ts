import { AddressPool, Cluster, ClusterUpdate } from '@weft/model';
import { z } from 'zod';
import { listOf } from '../lists.ts';
import { list, read, update, view } from '../shapes.ts';

const tag = 'cluster';

export const clusterView = read({
  id: 'clusterView',
  path: '/cluster',
  tag,
  permission: 'cluster.read',
  summary: 'Show the settings of the fleet',
  result: Cluster,
  headers: ['ETag'],
});

export const clusterUpdate = update({
  id: 'clusterUpdate',
  path: '/cluster',
  tag,
  permission: 'cluster.write',
  summary: 'Change the settings of the fleet',
  params: z.strictObject({}),
  body: ClusterUpdate,
  bodyExample: { externalCidrs: ['203.0.113.0/24'] },
  result: Cluster,
  problems: ['InUse', 'LinkUnsupported'],
});

export const poolList = list({
  id: 'poolList',
  path: '/pools',
  tag,
  permission: 'pool.read',
  summary: 'List address pools and how full they are',
  filters: {},
  result: listOf(AddressPool, 'AddressPoolList'),
});

export const poolView = view({
  id: 'poolView',
  path: '/pools/{id}',
  tag,
  permission: 'pool.read',
  summary: 'Show an address pool',
  kind: 'pool',
  result: AddressPool,
  etag: false,
});
