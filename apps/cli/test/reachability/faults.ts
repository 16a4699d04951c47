import type { Lab } from '@weft/testing';
import type { Pod, Service } from '../../src/api/fleet-api.ts';

/** What faults are planted in. */
export interface Planted {
  readonly lab: Lab;
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}

/** Something that is broken behind a node's back. */
export interface Fault {
  readonly node: string;
  readonly plant: (planted: Planted) => Promise<void>;
  /** Takes away what weft leaves alone. */
  readonly mend?: (planted: Planted) => Promise<void>;
}

/** Runs a command on a host; what it prints. Throws Error when it fails. */
async function run(lab: Lab, host: string, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.exec(host, argv);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
}

function found(pattern: RegExp, text: string): string {
  const [, group] = pattern.exec(text) ?? [];
  if (group === undefined) throw new Error(`nothing like ${pattern} in ${text}`);
  return group;
}

const podNamed = (pods: readonly Pod[], name: string): Pod => {
  const pod = pods.find((one) => one.name === name);
  if (pod === undefined) throw new Error(`there is no ${name}`);
  return pod;
};

const podOn = (pods: readonly Pod[], node: string): Pod => {
  const pod = pods.find((one) => one.node === node);
  if (pod === undefined) throw new Error(`there is no pod on ${node}`);
  return pod;
};

/** By name. Node 1 and 3 are of backend nftables, node 2 of iptables. */
export const FAULTS_PLANTED: Readonly<Record<string, Fault>> = {
  'an element of a map is gone': {
    node: 'node-1',
    plant: async ({ lab, services }) => {
      const web = services.find(({ name }) => name === 'web')?.clusterIP;
      const map = await run(lab, 'node-1', 'nft', '-y', 'list', 'map', 'ip', 'weft', 'service-endpoints');
      const key = found(new RegExp(`(${web} \\. tcp \\. 80 \\. [\\d.]+) :`), map);
      await run(lab, 'node-1', 'nft', 'delete', 'element', 'ip', 'weft', 'service-endpoints', `{ ${key} }`);
    },
  },
  'the rule that masquerades is gone': {
    node: 'node-3',
    plant: async ({ lab }) => {
      const chain = await run(lab, 'node-3', 'nft', '-a', 'list', 'chain', 'ip', 'weft', 'nat-postrouting');
      const handle = found(/marked for masquerading" # handle (\d+)/, chain);
      await run(lab, 'node-3', 'nft', 'delete', 'rule', 'ip', 'weft', 'nat-postrouting', 'handle', handle);
    },
  },
  'a rule that leads to an endpoint is gone': {
    node: 'node-2',
    plant: async ({ lab, pods }) => {
      const saved = await run(lab, 'node-2', 'iptables-save', '-t', 'nat');
      const rule = found(new RegExp(`^-A (.* --to-destination ${podNamed(pods, 'pod-3').ip}:8080)$`, 'm'), saved);
      const argv = Array.from(rule.matchAll(/"[^"]*"|\S+/g), ([word]) => word.replaceAll('"', ''));
      await run(lab, 'node-2', 'iptables', '-w', '-t', 'nat', '-D', ...argv);
    },
  },
  "the route to another node's pods is gone": {
    node: 'node-1',
    plant: async ({ lab, pods }) => {
      // Which block a node has depends on which joined first.
      const block = podOn(pods, 'node-2').ip.replace(/\d+$/, '0/24');
      await run(lab, 'node-1', 'ip', 'route', 'delete', block);
    },
  },
  "a pod's link is down": {
    node: 'node-2',
    plant: async ({ lab, pods }) => {
      await run(lab, 'node-2', 'ip', 'link', 'set', podNamed(pods, 'pod-2').status.interface, 'down');
    },
  },
  'the bridge is down': {
    node: 'node-3',
    plant: async ({ lab }) => void (await run(lab, 'node-3', 'ip', 'link', 'set', 'weft0', 'down')),
  },
  'the tunnel is down': {
    node: 'node-3',
    plant: async ({ lab }) => void (await run(lab, 'node-3', 'ip', 'link', 'set', 'wf-vxlan', 'down')),
  },
  'the tunnel does not know a host': {
    node: 'node-1',
    plant: async ({ lab }) => {
      const entry = found(
        /^(\S+) dev wf-vxlan dst \S+ self permanent/m,
        await run(lab, 'node-1', 'bridge', 'fdb', 'show', 'dev', 'wf-vxlan').then((text) =>
          text.replaceAll(/^(\S+) dst/gm, '$1 dev wf-vxlan dst'),
        ),
      );
      await run(lab, 'node-1', 'bridge', 'fdb', 'delete', entry, 'dev', 'wf-vxlan');
    },
  },
  'somebody else drops what is for a pod': {
    node: 'node-2',
    plant: async ({ lab, pods }) => {
      const rules = `table ip others { chain forward { type filter hook forward priority 0; ip daddr ${podNamed(pods, 'pod-2').ip} drop; }; }`;
      await run(lab, 'node-2', 'nft', rules);
    },
    mend: async ({ lab }) => void (await run(lab, 'node-2', 'nft', 'delete', 'table', 'ip', 'others')),
  },
};
