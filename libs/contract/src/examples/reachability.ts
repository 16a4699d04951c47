import type { ObjectOwner, Reachability, ReachabilityObject } from '@weft/model';

const WEB: ObjectOwner = { kind: 'service', id: 'svc_01k8', namespace: 'shop', name: 'web' };

const LOT: ReachabilityObject = {
  kind: 'nft-element',
  place: 'table ip weft map service-endpoints',
  key: '198.19.0.10 . tcp . 80 . 0.0.0.0',
  text: '198.19.0.10 . tcp . 80 . 0.0.0.0 : 100.64.1.3 . 8080',
  owners: [WEB],
};

export const REACHABILITY: Reachability = {
  verdict: 'reachable',
  against: 'desired',
  revision: 42,
  source: '100.64.1.2',
  destination: { ip: '198.19.0.10', port: 80, protocol: 'TCP' },
  sourcePreserved: true,
  why: null,
  paths: [
    {
      share: 1,
      verdict: 'reachable',
      why: null,
      destination: { ip: '100.64.1.3', port: 8080, node: 'node-1', pod: 'shop/web-1' },
      source: '100.64.1.2',
      masqueradedBy: null,
      there: [
        {
          node: 'node-1',
          steps: [
            { kind: 'rule', hook: 'prerouting', text: 'dnat ip to … map @service-endpoints', behind: [LOT] },
            { kind: 'translate', hook: null, text: '198.19.0.10:80 becomes 100.64.1.3:8080', behind: [] },
            { kind: 'deliver', hook: null, text: '100.64.1.3 is in wf-pod-01k9', behind: [] },
          ],
        },
      ],
      back: [{ node: 'node-1', steps: [{ kind: 'deliver', hook: null, text: '100.64.1.2 is in wf-pod-01k8', behind: [] }] }],
    },
  ],
  notes: [],
};
