import { ApplyDocument } from '@weft/model';
import { expect, it } from 'vitest';
import { documentsIn } from '../../src/written/documents.ts';
import { ownDocuments } from '../../src/written/own-documents.ts';

const read = async (text: string) => ownDocuments(await documentsIn(text, 'manifest'));

/** What `kubectl get service -o yaml` prints, with a bit of everything. */
const SERVICE = `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  labels: { app: web }
  annotations: { note: for people }
  uid: 0c1d
  resourceVersion: '12'
  creationTimestamp: '2026-01-01T00:00:00Z'
spec:
  type: LoadBalancer
  clusterIP: 198.19.0.7
  clusterIPs: [198.19.0.7]
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  internalTrafficPolicy: Cluster
  externalTrafficPolicy: Local
  healthCheckNodePort: 32000
  loadBalancerIP: 203.0.113.10
  loadBalancerClass: example.com/lb
  sessionAffinity: ClientIP
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } }
  trafficDistribution: PreferClose
  selector: { app: web }
  ports:
  - { name: http, port: 80, targetPort: http, nodePort: 31000, protocol: TCP, appProtocol: kubernetes.io/h2c }
  - { name: dns, port: 53, targetPort: 5353, protocol: UDP }
status: { loadBalancer: {} }
`;

it('takes a Service as it is, and names what has no meaning here', async () => {
  const { documents, leftOut } = await read(SERVICE);
  expect(documents).toEqual([
    {
      kind: 'service',
      name: 'web',
      namespace: 'shop',
      labels: { app: 'web' },
      type: 'LoadBalancer',
      selector: { app: 'web' },
      clusterIP: '198.19.0.7',
      sessionAffinity: 'ClientIP',
      sessionAffinityTimeoutSeconds: 600,
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 32000,
      trafficDistribution: 'PreferSameZone',
      loadBalancerIPs: ['203.0.113.10'],
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 31000 },
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 5353 },
      ],
    },
  ]);
  expect(leftOut).toEqual([
    'Service web: metadata.annotations',
    'Service web: spec.loadBalancerClass',
    'Service web: spec.ports[0].appProtocol',
  ]);
  expect(ApplyDocument.safeParse(documents[0]).error).toBeUndefined();
});

it('takes labels, ports, node, probe and grace of a Pod, and names what runs in it', async () => {
  const { documents, leftOut } = await read(`
apiVersion: v1
kind: Pod
metadata: { name: web-1, labels: { app: web } }
spec:
  nodeName: node-1
  terminationGracePeriodSeconds: 30
  containers:
  - name: web
    image: nginx
    ports: [{ name: http, containerPort: 8080 }, { containerPort: 5353, protocol: UDP, hostPort: 53 }]
    readinessProbe: { httpGet: { path: /ready, port: http }, periodSeconds: 3, initialDelaySeconds: 5 }
    livenessProbe: { tcpSocket: { port: 8080 } }
`);
  expect(documents).toEqual([
    {
      kind: 'pod',
      name: 'web-1',
      labels: { app: 'web' },
      node: 'node-1',
      terminationGracePeriodSeconds: 30,
      ports: [
        { name: 'http', containerPort: 8080 },
        { containerPort: 5353, protocol: 'UDP' },
      ],
      readinessProbe: { type: 'http', port: 8080, path: '/ready', periodSeconds: 3 },
    },
  ]);
  expect(leftOut).toEqual([
    'Pod web-1: spec.containers[0].image',
    'Pod web-1: spec.containers[0].livenessProbe',
    'Pod web-1: spec.containers[0].ports[1].hostPort',
    'Pod web-1: spec.containers[0].readinessProbe.initialDelaySeconds',
  ]);
  expect(ApplyDocument.safeParse(documents[0]).error).toBeUndefined();
});

it('names a probe that no node can do', async () => {
  const { documents, leftOut } = await read(
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: a, readinessProbe: { exec: { command: [x] } } }] }',
  );
  expect(documents).toEqual([{ kind: 'pod', name: 'p', ports: [] }]);
  expect(leftOut).toEqual(['Pod p: spec.containers[0].readinessProbe']);
});

/** A pod with a readiness probe of each kind that is given, each in a container of its own. */
const podWith = (...probes: readonly object[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: probes.map((readinessProbe) => ({ name: 'c', readinessProbe })) },
});
const EXEC = { exec: { command: ['x'] } };
const TCP = { tcpSocket: { port: 80 } };

it('takes the only probe that nodes can do, and names all of several', async () => {
  const one = ownDocuments([podWith(EXEC, TCP)]);
  expect(one.documents).toEqual([{ kind: 'pod', name: 'p', ports: [], readinessProbe: { type: 'tcp', port: 80 } }]);
  expect(one.leftOut).toEqual(['Pod p: spec.containers[0].readinessProbe']);
  const two = ownDocuments([podWith(TCP, TCP)]);
  expect(two.documents).toEqual([{ kind: 'pod', name: 'p', ports: [] }]);
  expect(two.leftOut).toEqual(['Pod p: spec.containers[0].readinessProbe', 'Pod p: spec.containers[1].readinessProbe']);
});

it('leaves a probe over TLS behind as a whole, and takes one that says that it is none', () => {
  const https = ownDocuments([podWith({ httpGet: { path: '/', port: 8443, scheme: 'HTTPS' } })]);
  expect(https.documents).toEqual([{ kind: 'pod', name: 'p', ports: [] }]);
  expect(https.leftOut).toEqual(['Pod p: spec.containers[0].readinessProbe']);
  const http = ownDocuments([podWith({ httpGet: { path: '/', port: 8080, scheme: 'HTTP' } })]);
  expect(http.documents).toMatchObject([{ readinessProbe: { type: 'http', port: 8080, path: '/' } }]);
  expect(http.leftOut).toEqual([]);
});

it('names what people have put on an object, and what is no list or no object where one belongs', async () => {
  const { leftOut } = await read(`
apiVersion: v1
kind: Service
metadata: { name: s, finalizers: [mine.example/keep], ownerReferences: [{ kind: Shop, name: s }] }
spec: { ports: { http: 80 }, sessionAffinityConfig: 600 }
---
{ apiVersion: v1, kind: Pod, metadata: { name: p }, spec: { containers: [web] } }
---
{ apiVersion: v1, kind: Namespace, metadata: { name: n }, spec: { finalizers: [mine.example/keep] } }
`);
  expect(leftOut).toEqual([
    'Service s: metadata.finalizers',
    'Service s: metadata.ownerReferences',
    'Service s: spec.ports',
    'Service s: spec.sessionAffinityConfig',
    'Pod p: spec.containers',
    'Namespace n: spec.finalizers',
  ]);
});

it('takes headless services, external names, namespaces and lists of them', async () => {
  const { documents, leftOut } = await read(`
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Namespace, metadata: { name: shop }, spec: { finalizers: [kubernetes] } }
- { apiVersion: v1, kind: Service, metadata: { name: db }, spec: { clusterIP: None, clusterIPs: [None], selector: { app: db } } }
- { apiVersion: v1, kind: Service, metadata: { name: out }, spec: { type: ExternalName, externalName: db.example.com } }
`);
  expect(documents).toEqual([
    { kind: 'namespace', name: 'shop' },
    { kind: 'service', name: 'db', clusterIP: 'None', selector: { app: 'db' }, ports: [] },
    { kind: 'service', name: 'out', type: 'ExternalName', externalName: 'db.example.com', ports: [] },
  ]);
  expect(leftOut).toEqual([]);
});

it('names a second address family instead of leaving it out quietly', async () => {
  const { leftOut } = await read(
    "apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack, clusterIPs: [198.19.0.1, 'fd00::1'] }",
  );
  expect(leftOut.toSorted()).toEqual(['Service s: spec.clusterIPs', 'Service s: spec.ipFamilies', 'Service s: spec.ipFamilyPolicy']);
});

it('refuses kinds that weft does not have, and names that are generated', async () => {
  await expect(read('apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }')).rejects.toThrow(
    'Deployment (apps/v1) is nothing that weft has',
  );
  await expect(read('apiVersion: v1\nkind: Pod\nmetadata: { generateName: d- }')).rejects.toThrow('a Pod has no metadata.name');
});

it('takes back what weft get printed', async () => {
  const printed = {
    kind: 'service',
    name: 'web',
    id: 'svc_1',
    generation: 3,
    revision: 9,
    createdAt: 't',
    updatedAt: 't',
    status: {},
    ports: [],
  };
  expect(ownDocuments([{ items: [printed] }]).documents).toEqual([{ kind: 'service', name: 'web', ports: [] }]);
});

it('leaves fields of documents alone that are wrong: the API names them', async () => {
  expect(ownDocuments([{ kind: 'service', name: 'web', status: {}, colour: 'red' }]).documents).toEqual([
    { kind: 'service', name: 'web', status: {}, colour: 'red' },
  ]);
});
