import { z } from 'zod';
import { read, text } from '../shapes.ts';

const tag = 'system';

/** An answer to a health check. */
export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

export const healthLive = read({
  id: 'healthLive',
  path: '/livez',
  tag,
  permission: null,
  summary: 'Is the process alive?',
  result: Health,
});

export const healthReady = read({
  id: 'healthReady',
  path: '/readyz',
  tag,
  permission: null,
  summary: 'Can the process answer requests, with a database behind it?',
  result: Health,
  problems: ['Unavailable'],
});

export const metricsView = text({
  id: 'metricsView',
  path: '/metrics',
  tag,
  permission: 'metrics.read',
  summary: 'Metrics in the Prometheus text format',
  contentType: 'text/plain; version=0.0.4',
});

export const documentView = read({
  id: 'documentView',
  path: '/openapi.json',
  tag,
  permission: null,
  summary: 'This document',
  result: z.record(z.string(), z.unknown()),
});
