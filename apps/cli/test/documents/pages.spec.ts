import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../src/repository.ts';

const DOCUMENTS = 'apps/cli/test/documents.lab.ts';
const PAGES = 'apps/cli/test/pages.lab.ts';
const UNITS = 'apps/cli/test/units/units.fault.ts';
const CONTAINERS = 'tools/test/containers/deploy.containers.ts';

/** The test that pastes the commands of a page, or of the part of it below a heading. */
const PASTED_BY: Readonly<Record<string, string>> = {
  'README.md#Two commands': DOCUMENTS,
  'README.md#A first service': DOCUMENTS,
  'deploy/README.md#Images': CONTAINERS,
  'deploy/README.md#A control plane in containers': CONTAINERS,
  'deploy/README.md#A host in containers': CONTAINERS,
  'docs/howto/access.md': PAGES,
  'docs/howto/audit.md': DOCUMENTS,
  'docs/howto/command-line.md': DOCUMENTS,
  'docs/howto/console.md': 'apps/console/test/console.lab.ts',
  'docs/howto/drift-and-freezes.md': PAGES,
  'docs/howto/explain.md': DOCUMENTS,
  'docs/howto/from-kubernetes.md': DOCUMENTS,
  'docs/howto/history.md': DOCUMENTS,
  'docs/howto/nodes.md#A node is NotReady': PAGES,
  'docs/howto/nodes.md#Take a node out': PAGES,
  'docs/howto/nodes.md#A host that does not come back': PAGES,
  'docs/howto/nodes.md#Postgres restored from a dump': UNITS,
  'docs/howto/nodes.md#Restoring it': UNITS,
  'docs/howto/plan.md': DOCUMENTS,
  'docs/howto/reachability.md': DOCUMENTS,
  'docs/howto/real-hosts.md#The control plane': UNITS,
  'docs/howto/real-hosts.md#A node': UNITS,
  'docs/howto/rollouts.md': PAGES,
  'docs/howto/services.md': PAGES,
  'docs/howto/trace-and-capture.md': DOCUMENTS,
  'docs/howto/try-services.md': DOCUMENTS,
  'docs/testing.md#The guest kernels': 'tools/test/guest.lab.ts',
  'docs/tutorial/1-iptables.md': DOCUMENTS,
  'docs/tutorial/2-ipvs.md': 'apps/cli/test/documents.ipvs.ts',
};

/** What no test pastes, and why it cannot. */
const NOT_PASTED: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md#The loop':
    'a run of the tests would run itself, and the formatter and `-u` write into the checkout; what it names is looked up below',
  'deploy/README.md#An archive of a release, on a host':
    'it takes the place of /opt/weft, which hosts of tests have from this checkout; tools/test/release.server.ts checks and unpacks the archive, and starts both programs from it',
};

const read = (path: string) => readFileSync(join(repositoryRoot(), path), 'utf8');

/** Where a page has blocks of commands: its name, and the headings they are below. */
function partsOf(page: string): string[] {
  let heading = '';
  const parts = new Set<string>();
  for (const line of read(page).split('\n')) {
    if (line.startsWith('## ')) heading = line.slice(3);
    if (line === '```sh') parts.add(`${page}#${heading}`);
  }
  return [...parts];
}

const pageOf = (part: string) => part.split('#')[0] ?? '';
const pages = globSync('{*,{apps,bench,deploy,docs,libs,tools}/**/*}.md', {
  cwd: repositoryRoot(),
  exclude: (path) => path.includes('node_modules'),
});
const parts = pages.flatMap(partsOf);

describe('every command of a page', () => {
  it.each(parts)('is run by a test, or it is said why not: %s', (part) => {
    expect([PASTED_BY[part], PASTED_BY[pageOf(part)], NOT_PASTED[part]].filter((one) => one !== undefined)).toHaveLength(1);
  });

  it.each(Object.entries(PASTED_BY))('%s is named in %s', (part, test) => {
    const [page = '', heading = ''] = part.split('#');
    expect(parts.some((one) => one === part || pageOf(one) === part)).toBe(true);
    expect(read(test)).toContain(page.split('/').at(-1)?.replace('.md', ''));
    expect(read(test)).toContain(heading);
  });

  it('has a reason only where it is needed', () => {
    expect(parts).toEqual(expect.arrayContaining(Object.keys(NOT_PASTED)));
  });
});

/** Lines of a page that are commands of a checkout. */
const commands = (page: string) =>
  Array.from(read(page).matchAll(/^(?:\.\/weft test|npm run|npx vitest).*$/gm), ([line]) => line.split(/ +#/)[0] ?? '');

it('names only tiers, scripts and folders that there are where its commands cannot be pasted', () => {
  const tiers = Array.from(read('vitest.config.ts').matchAll(/^ +tier\('(\w+)'/gm), ([, name]) => name);
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
  const named = commands('CONTRIBUTING.md');
  expect(named.length).toBeGreaterThan(4);
  for (const line of named) {
    const [, tier] = /^\.\/weft test (\w+)|--project (\w+)/.exec(line)?.filter((one) => one !== undefined) ?? [];
    const [, script] = /^npm run (\w+)/.exec(line) ?? [];
    const [, folder] = / (\w+\/\w+)/.exec(line) ?? [];
    if (tier !== undefined) expect<unknown[]>(tiers, line).toContain(tier);
    if (script !== undefined) expect(scripts, line).toContain(script);
    if (folder !== undefined) expect(existsSync(join(repositoryRoot(), folder)), line).toBe(true);
  }
});
