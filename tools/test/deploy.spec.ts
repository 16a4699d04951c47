import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../apps/control-plane/src/metrics.ts';
import { startMetricsServer } from '../../apps/node-executor/src/metrics-server.ts';
import type { ExecutorStatus } from '../../apps/node-executor/src/passes/executor.ts';
import { SHIPPED } from '../release/pack.ts';
import { root } from '../run-command.ts';

const read = (place: string) => readFileSync(join(root, place), 'utf8');
const all = (text: string, pattern: RegExp) => [...new Set(Array.from(text.matchAll(pattern), ([, word = '']) => word))].sort();

const containerfile = read('deploy/containers/Containerfile');
const unit = read('deploy/systemd/weft-node-executor.service');
const composeText = read('deploy/compose/compose.yaml');

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly unknown[];
  readonly cap_add?: readonly string[];
}
const compose = parse(composeText, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: object;
  readonly volumes: object;
};

describe('the Containerfile', () => {
  it('installs on nodes what ./weft says that nodes need', () => {
    const needed = all(read('weft').split("run_time_tools='")[1]?.split("'")[0] ?? '', /^\S+ (\S+)$/gm);
    const installed = /--no-install-recommends (.*) \\/.exec(containerfile)?.[1]?.split(' ') ?? [];
    expect(needed.length).toBeGreaterThan(5);
    // Redis is another container, curl is for people; modprobe (kmod) is on every host that is none.
    expect(installed.toSorted()).toEqual([...needed.filter((name) => !['redis-server', 'curl'].includes(name)), 'kmod'].toSorted());
  });

  it('starts programs that the archive of a release has, with the options of the units', () => {
    const programs = all(containerfile, /"\/opt\/weft\/(apps\/[^"]+)\/main\.mjs"/g);
    expect(programs).toEqual(['apps/control-plane/dist', 'apps/node-executor/dist']);
    for (const program of programs) expect(SHIPPED).toContain(program);
    for (const option of all(unit, / (--[a-z][\w-]*(?:=\d+)?)(?= .*node-executor\/dist)/g)) expect(containerfile).toContain(`"${option}"`);
    for (const setting of all(unit, /^Environment=(.*)$/gm)) expect(containerfile).toContain(`ENV ${setting}\n`);
    expect(read('tools/release/pack.ts')).toContain("'node_modules/.bin/node'");
  });
});

describe('the compose file', () => {
  it('gives the control plane settings that it knows, and commands that it has', () => {
    const known = all(read('apps/control-plane/src/config.ts'), /^ {4}(\w+):/gm);
    for (const name of ['migrate', 'control-plane'])
      for (const setting of Object.keys(compose.services[name]?.environment ?? {})) expect(known).toContain(setting);
    expect(read('apps/control-plane/src/main.ts')).toContain(`  ${compose.services.migrate?.command?.[0]}: `);
  });

  it('asks for nothing that the example of settings does not give', () => {
    const given = all(read('deploy/compose/example.env'), /^(\w+)=/gm);
    expect(all(composeText, /(?<!\$)\$\{(\w+)/g).toSorted()).toEqual(given);
  });

  it('names only services, secrets and volumes that it has', () => {
    for (const { depends_on = {}, secrets = [], volumes = [] } of Object.values(compose.services)) {
      for (const name of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(name);
      for (const name of secrets) expect(Object.keys(compose.secrets)).toContain(name);
      for (const volume of volumes)
        if (typeof volume === 'string' && !volume.startsWith('/')) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    }
  });

  it('is told of with the modules that the unit loads by itself', () => {
    const modules = /modprobe -a (.*)$/m.exec(unit)?.[1];
    const page = read('deploy/README.md');
    expect(modules).toContain('br_netfilter');
    expect(page).toContain(`modprobe -a ${modules} `);
    expect(page).toContain(`${modules} >/etc/modules-load.d/`);
  });

  it('leaves the executor the capabilities of its unit', () => {
    const capabilities = all(/^CapabilityBoundingSet=(.*)$/m.exec(unit)?.[1] ?? '', /CAP_(\w+)/g);
    expect(capabilities.length).toBeGreaterThan(3);
    expect(compose.services['node-executor']?.cap_add?.toSorted()).toEqual(capabilities);
  });
});

/** Names of everything that a text in the format of Prometheus declares, with those that histograms are made of. */
const declared = (text: string) =>
  Array.from(text.matchAll(/^# TYPE (\S+) (\w+)$/gm)).flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_count', '_sum'].map((part) => `${name}${part}`) : [name],
  );

async function executorMetrics(): Promise<string> {
  const drift = { standing: 0, events: 0, repairs: 0, repairMs: 0 };
  const status = { desiredRevision: 1, appliedRevision: 1, lastCleanPassAt: 1, unsentReceipts: 0, deafMonitors: 0, staleFlowsDeleted: 0 };
  const server = await startMetricsServer(
    { host: '127.0.0.1', port: 0 },
    () => ({ ...status, drift }) as unknown as ExecutorStatus,
    () => ({ ports: new Map() }) as never,
    Date.now,
  );
  try {
    return await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  } finally {
    await server.close();
  }
}

describe('alerts and dashboard', () => {
  const asked = ['alerts.yaml', 'alerts.test.yaml', 'dashboard.json'].map((file) => [file, read(`deploy/monitoring/${file}`)] as const);
  const names = (text: string) => all(text, /\b((?:weft|process|nodejs)_[a-z_]+)\b/g);

  it.each(asked)('%s asks only for metrics that a program exports', async (_file, text) => {
    const exported = new Set([...declared(await new Metrics().registry.metrics()), ...declared(await executorMetrics())]);
    expect(names(text).length).toBeGreaterThan(3);
    expect(names(text).filter((name) => !exported.has(name))).toEqual([]);
  });

  it('show every metric of weft’s own', async () => {
    const exported = [...declared(await new Metrics().registry.metrics()), ...declared(await executorMetrics())];
    const shown = new Set(names(read('deploy/monitoring/dashboard.json')));
    const own = exported.filter((name) => name.startsWith('weft_') && !name.endsWith('_sum'));
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  it('has for each alert a test that it comes, and one that it does not come too soon', () => {
    const alerts = all(read('deploy/monitoring/alerts.yaml'), /alert: (\w+)/g);
    const tests = read('deploy/monitoring/alerts.test.yaml');
    expect(alerts.length).toBeGreaterThan(15);
    expect(alerts.filter((name) => !new RegExp(`alertname: ${name}\\s+exp_alerts: \\[\\{`).test(tests))).toEqual([]);
    expect(alerts.filter((name) => !tests.includes(`alertname: ${name}, exp_alerts: []`))).toEqual([]);
  });

  it('go by names of jobs that Prometheus is told of', () => {
    const jobs = all(read('deploy/monitoring/prometheus.yaml'), /job_name: (\S+)/g);
    for (const [, text] of asked) for (const job of all(text, /job=\\?"(weft[\w-]*)\\?"/g)) expect(jobs).toContain(job);
  });
});
