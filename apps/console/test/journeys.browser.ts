import { afterAll, beforeAll, expect, it } from 'vitest';
import { type NodeWithKernel, nodeWithKernel } from '../../control-plane/test/explain/node-with-kernel.ts';
import { FACTS, joinHost } from '../../control-plane/test/harness/executor.ts';
import { type ConsoleBench, startConsole } from './harness/console.ts';
import { type TracingNode, tracingNode } from './harness/tracing-node.ts';

let bench: ConsoleBench;
let node: NodeWithKernel;
let tracing: TracingNode;
let service: { id: string };

const web = { name: 'web', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };

beforeAll(async () => {
  bench = await startConsole();
  const { api, redisUrl } = bench.plane;
  node = await nodeWithKernel(api, redisUrl, 'kernel');
  tracing = await tracingNode(api, redisUrl);
  const pod = { name: 'web-1', node: node.name, labels: { app: 'web' }, ports: [{ containerPort: 8080 }], runtime: { type: 'none' } };
  await api.ok('POST /pods', { body: pod });
  await node.apply();
  service = (await api.ok('POST /services', { body: web, headers: { 'X-Request-Id': 'ticket-4711' } })).body;
  await Promise.all([node.apply(), tracing.node.apply()]);
});
afterAll(async () => {
  await Promise.all([node.close(), tracing.close()]);
  await bench.close();
});

it('says nothing of a fleet of which not everything has come', async () => {
  const { page, complaints, end } = await bench.open('/nodes');
  const held = Promise.withResolvers<void>();
  await page.route(/\/v1\/pods\b/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.reload();
  await page.getByRole('link', { name: node.name }).waitFor();
  await page.getByRole('link', { name: 'Fleet', exact: true }).click();
  await page.getByRole('heading', { name: 'Fleet' }).waitFor();
  expect(await page.locator('.fleet-head').count()).toBe(0);
  held.resolve();
  await page.locator('.fleet-head').getByText('2 pods').waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('tells whose a rule is, to the mouse and to the keyboard', async () => {
  const { page, complaints, end } = await bench.open(`/nodes/${node.id}`);
  const rules = page.locator('.rule');
  const unrelated = (await rules.first().textContent()) ?? '';
  await page.getByRole('textbox', { name: 'A part of the rule' }).fill('default/web');
  await rules.getByText(unrelated, { exact: true }).waitFor({ state: 'detached' });
  const rule = page.getByRole('button', { name: /default\/web/ }).first();
  await rule.hover();
  const story = page.getByRole('dialog');
  await story.getByText('as it was applied').waitFor();
  await story.getByText('ticket-4711').waitFor();
  await story.getByRole('link', { name: 'default/web' }).waitFor();
  await page.mouse.move(0, 0);
  await story.waitFor({ state: 'detached' });
  await rule.focus();
  await story.getByText('admin (user): serviceCreate').waitFor();
  await page.keyboard.press('Escape');
  await story.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
  await end();
});

it('shows what a service has in the kernels, and that somebody took a piece away', async () => {
  const [mine] = node.objects().filter(({ text }) => text.includes('default/web'));
  if (mine === undefined) throw new Error('the service has nothing in the kernel');
  const { page, end } = await bench.open(`/services/${service.id}`);
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.getByRole('heading', { name: `${node.name} (nftables): 0 of` }).waitFor();
  node.alter(mine, null);
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByRole('row').filter({ hasText: 'missing' }).first().waitFor();
  await node.apply();
  await end();
});

it('finds who changed a service, what it was before, and what that did to rules', async () => {
  await bench.plane.api.ok(`PATCH /services/${service.id}`, {
    body: { sessionAffinity: 'ClientIP' },
    headers: { 'If-Match': '*', 'X-Request-Id': 'ticket-4712' },
  });
  const { page, complaints, end } = await bench.open(`/services/${service.id}`);
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('button', { name: /serviceUpdate service default\/web by admin/ }).click();
  await page.getByText('ticket-4712').waitFor();
  await page.locator('[data-change=removed]', { hasText: '"sessionAffinity": "None"' }).waitFor();
  await page.locator('[data-change=added]', { hasText: '"sessionAffinity": "ClientIP"' }).waitFor();
  await page.getByRole('tab', { name: 'Rules' }).last().click();
  await page.locator('.difference [data-change=added]').first().waitFor();
  expect(complaints).toEqual([]);
  await node.apply();
  await end();
});

it('shows what documents would change, rule by rule, and applies exactly that', async () => {
  const { page, end } = await bench.open('/plan');
  const documents = page.getByRole('textbox', { name: 'Documents' });
  await documents.fill('kind: service\nname: shop\nselector: { app: web }\nports: [{ port: 8081, targetPort: 8080 }]');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('heading', { name: 'serviceCreate: service default/shop' }).waitFor();
  await page.locator('.difference [data-change=added]', { hasText: 'default/shop' }).first().waitFor();
  const before = (await bench.plane.api.ok('GET /services?name=shop')).body.items;
  expect(before).toEqual([]);
  await page.getByRole('button', { name: 'Apply exactly this' }).click();
  await page.getByText('Applied, exactly as planned').waitFor();
  expect((await bench.plane.api.ok('GET /services?name=shop')).body.items).toMatchObject([{ name: 'shop', ports: [{ port: 8081 }] }]);

  await documents.fill('kind: service\nname: shop\nselector: { app: web }\nports: [{ port: 8082, targetPort: 8080 }]');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('heading', { name: /service default\/shop/ }).waitFor();
  const [shop] = (await bench.plane.api.ok('GET /services?name=shop')).body.items;
  await bench.plane.api.ok(`DELETE /services/${shop.id}`, { headers: { 'If-Match': '*' } });
  await page.getByRole('button', { name: 'Apply exactly this' }).click();
  await page.getByRole('alert').filter({ hasText: 'PlanOutdated' }).waitFor();

  await documents.fill('kind: [');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('alert').first().waitFor();
  await end();
});

it('takes manifests of Kubernetes as they are, and names what has no meaning here', async () => {
  const { page, complaints, end } = await bench.open('/plan');
  const spec = 'spec: { selector: { app: web }, ports: [{ port: 8090, targetPort: 8080, appProtocol: http }] }';
  await page.getByRole('textbox', { name: 'Documents' }).fill(`apiVersion: v1\nkind: Service\nmetadata: { name: blog }\n${spec}`);
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'Service blog: spec.ports[0].appProtocol' }).waitFor();
  await page.getByRole('heading', { name: 'serviceCreate: service default/blog' }).waitFor();
  await page.getByRole('button', { name: 'Apply exactly this' }).click();
  await page.getByText('Applied, exactly as planned').waitFor();
  expect((await bench.plane.api.ok('GET /services?name=blog')).body.items).toMatchObject([{ ports: [{ port: 8090, targetPort: 8080 }] }]);
  await page.getByRole('textbox', { name: 'Documents' }).fill('apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'Deployment (apps/v1) is nothing that weft has' }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('follows a packet from node to node', async () => {
  const { page, complaints, end } = await bench.open('/trace');
  await page.getByRole('combobox', { name: 'From' }).fill(`pod/${tracing.pod}`);
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('203.0.113.9');
  await page.getByRole('button', { name: 'Follow' }).click();
  await page.getByText('has no port').waitFor();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('203.0.113.9:443');
  await page.getByRole('button', { name: 'Follow' }).click();
  await page.getByRole('heading', { name: /refused: a packet of TCP: nothing listens there/ }).waitFor();
  await page.getByRole('heading', { name: tracing.node.name }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('shows traffic as it is counted', async () => {
  const tell = (connections: number) =>
    bench.plane.api.ok('PUT /node-agent/counters', {
      token: node.token,
      body: {
        session: node.session,
        counters: [{ service: service.id, protocol: 'TCP', port: 80, connections, packets: 10, bytes: 1_000 }],
      },
    });
  await tell(41);
  const { page, complaints, end } = await bench.open(`/services/${service.id}`);
  await page.getByRole('tab', { name: 'Traffic' }).click();
  const row = page.getByRole('row').filter({ hasText: node.name });
  await row.getByRole('cell', { name: '41', exact: true }).waitFor();
  await tell(4_242);
  await row.getByRole('cell', { name: '4,242', exact: true }).waitFor();
  await page.getByRole('img', { name: /Connections and bytes/ }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});

it('drains a node, tells how far that is, and takes it back', async () => {
  const { page, complaints, end } = await bench.open(`/nodes/${node.id}`);
  await page.getByRole('button', { name: 'Drain…' }).click();
  await page
    .getByRole('dialog', { name: `Drain ${node.name}?` })
    .getByRole('button', { name: `Drain ${node.name}` })
    .click();
  await page
    .getByRole('status')
    .filter({ hasText: /Withdrawing|Evicting/ })
    .waitFor();
  await page.getByText('1 pod is left').waitFor();
  expect((await bench.plane.api.ok(`GET /nodes/${node.id}`)).body).toMatchObject({ cordoned: true, status: { drain: { podsLeft: 1 } } });
  await page.getByRole('button', { name: 'Put to use again' }).click();
  await page.getByRole('button', { name: 'Drain…' }).waitFor();
  expect((await bench.plane.api.ok(`GET /nodes/${node.id}`)).body).toMatchObject({ cordoned: false, status: { drain: null } });
  expect(complaints).toEqual([]);
  await end();
});

it('lets a host join, and sees it arrive', async () => {
  const { page, complaints, end } = await bench.open('/join');
  await page.getByRole('textbox', { name: 'Name of the node' }).fill('guest-1');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByText(`weft node join --url ${bench.plane.api.url} --dry-run`).waitFor();
  await page.getByText('Waiting for the host').waitFor();
  await joinHost(bench.plane.api, 'guest-2');
  const token = (await page.getByRole('alert').filter({ hasText: 'shown once' }).locator('pre').textContent()) ?? '';
  await bench.plane.api.ok('POST /join', { token: null, body: { token, facts: { ...FACTS, address: '192.0.2.240/24' } } });
  await page.getByRole('status').getByRole('link', { name: 'guest-1' }).waitFor();
  expect(complaints).toEqual([]);
  await end();
});
