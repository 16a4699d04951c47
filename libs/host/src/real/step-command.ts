import {
  batchText,
  renderBridgeBatch,
  renderIpBatch,
  renderIpsetRestore,
  renderIptablesRestore,
  renderIpvsRestore,
  renderNft,
  renderSysctls,
  type Step,
} from '@weft/kernel';

/** A step that one command carries out. */
export type CommandStep = Exclude<Step, { tool: 'workload-start' | 'workload-stop' | 'iptables-leave' }>;

const inNetns = (netns: string | null) => (netns === null ? [] : ['ip', 'netns', 'exec', netns]);

const netnsLines = (verb: 'add' | 'delete', names: readonly string[]) => batchText(names.map((name) => `netns ${verb} ${name}`));

/** The argv and the text for standard input that carry out a step. Throws RangeError for a text that the tool could misread. */
export function commandOf(step: CommandStep): { readonly argv: readonly string[]; readonly input: string } {
  switch (step.tool) {
    case 'netns-add':
      return { argv: ['ip', '-force', '-batch', '-'], input: netnsLines('add', step.names) };
    case 'netns-delete':
      return { argv: ['ip', '-force', '-batch', '-'], input: netnsLines('delete', step.names) };
    case 'sysctl':
      return { argv: [...inNetns(step.netns), 'sysctl', '-p', '-'], input: renderSysctls(step.sysctls) };
    case 'ip':
      return { argv: ['ip', ...(step.netns === null ? [] : ['-n', step.netns]), '-force', '-batch', '-'], input: renderIpBatch(step.ops) };
    case 'bridge':
      return { argv: ['bridge', '-force', '-batch', '-'], input: renderBridgeBatch(step.ops) };
    case 'nft':
      return { argv: ['nft', '-f', '-'], input: renderNft(step.commands, step.family, step.table) };
    case 'ipset':
      return { argv: ['ipset', '-exist', 'restore'], input: renderIpsetRestore(step.ops) };
    case 'ipvs':
      return { argv: ['ipvsadm', '-R'], input: renderIpvsRestore(step.ops) };
    case 'iptables':
      return { argv: ['iptables-restore', '--noflush', '-w', '5'], input: renderIptablesRestore(step.changes) };
  }
}
