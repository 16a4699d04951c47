import type { DesiredState } from '@weft/model';
import { desired, node, plan, pod } from '@weft/testing/desired';

const pods = [pod(1), pod(2, { runtime: { type: 'echo' }, ports: [port(8080), port(53, 'UDP'), port(53)] })];

function port(containerPort: number, protocol: 'TCP' | 'UDP' = 'TCP') {
  return { name: null, containerPort, protocol };
}

/** Desired states that show one property each of the pod network; every one has a golden file. */
export const CASES: Readonly<Record<string, DesiredState>> = {
  'no-pods': desired({ nodes: [node(1)] }),
  bridge: desired({ pods, nodes: [node(1)] }),
  routed: desired({ pods, nodes: [node(1, { podLink: 'routed' })] }),
  vxlan: desired({ nodes: [node(1), node(2), node(3)], cluster: { overlay: 'vxlan' } }),
  direct: desired({ pods, nodes: [node(1), node(2), node(3, { address: '198.51.100.3/24' })], cluster: { overlay: 'direct' } }),
  'auto-mixed': desired({ nodes: [node(1), node(2), node(3, { address: '198.51.100.3/24' })] }),
  'vxlan-before-the-others': desired({ nodes: [node(1, { overlay: 'vxlan' }), node(2)], cluster: { overlay: 'direct' } }),
  'direct-before-the-others': desired({ pods, nodes: [node(1, { overlay: 'direct' }), node(2)], cluster: { overlay: 'vxlan' } }),
  'others-with-tunnels-before': desired({ nodes: [node(1), node(2, { overlay: 'vxlan' })], cluster: { overlay: 'direct' } }),
  'subnet-seen-from-one-side-only': desired({ nodes: [node(1), node(3, { address: '192.0.2.129/25' })] }),
  'several-blocks': desired({
    pods: [pod(1), pod(2, { ip: '100.64.9.20' })],
    nodes: [
      node(1, { podBlocks: ['100.64.9.0/24', plan.block(1)] }),
      node(2, { podBlocks: [plan.block(2), '100.64.8.0/26'] }),
      node(3, { address: '198.51.100.3/24', podBlocks: [plan.block(3), '100.64.7.0/26'] }),
    ],
  }),
  'no-address-yet': desired({ pods, nodes: [node(1, { address: null, mtu: null }), node(2)] }),
  'peer-without-address-or-block': desired({ nodes: [node(1), node(2, { address: null }), node(3, { podBlocks: [] })] }),
  'no-block-yet': desired({ pods, nodes: [node(1, { podBlocks: [] }), node(2)] }),
  'jumbo-frames': desired({ pods: [pod(1)], nodes: [node(1, { mtu: 9000 })] }),
  'several-service-ranges': desired({ nodes: [node(1)], cluster: { serviceCidrs: ['198.19.0.0/16', '198.18.4.0/24'] } }),
};
