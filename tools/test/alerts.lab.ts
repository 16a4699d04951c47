import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { unpackPackage } from '../../libs/testing/src/guest/index.ts';
import { root } from '../run-command.ts';

const run = promisify(execFile);
const folder = join(root, '.weft/prometheus');
const promtool = join(folder, 'unpacked/usr/bin/promtool');
const monitoring = join(root, 'deploy/monitoring');

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  const there = await run(promtool, ['--version']).then(
    () => true,
    () => false,
  );
  // Debian's package, unpacked and not installed.
  if (!there) await unpackPackage('prometheus', join(folder, 'unpacked'));
});

it('Prometheus takes the rules and the configuration', async () => {
  expect((await run(promtool, ['check', 'rules', join(monitoring, 'alerts.yaml')])).stdout).toMatch(/SUCCESS: \d+ rules found/);
  await run(promtool, ['check', 'config', '--syntax-only', join(monitoring, 'prometheus.yaml')]);
});

it('alerts come when they are to come, and not before', async () => {
  expect((await run(promtool, ['test', 'rules', join(monitoring, 'alerts.test.yaml')])).stdout).toContain('SUCCESS');
});
