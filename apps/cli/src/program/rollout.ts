import { type Command, Option } from 'commander';
import { examples } from '../terminal/examples.ts';
import { stateOption, wholeNumber } from '../terminal/options.ts';

/** Commands that change many nodes in stages. */
export function addRolloutCommands(program: Command): void {
  const rollout = program.command('rollout').description('change many nodes in stages, each proven by probes before the next');

  rollout
    .command('start')
    .description('begin one and follow it: canaries first, and back again when a node is not as well as before')
    .addOption(new Option('--backend <backend>', 'the service backend they get').choices(['nftables', 'iptables', 'ipvs']))
    .addOption(new Option('--pod-link <link>', 'how pods hang on them').choices(['bridge', 'routed']))
    .addOption(
      new Option('--overlay <mode>', 'how they send to other nodes; cluster: as the setting of the whole fleet says').choices([
        'auto',
        'vxlan',
        'direct',
        'cluster',
      ]),
    )
    .addOption(new Option('--strict-arp <onOff>', 'whether links answer ARP only for addresses of their own').choices(['on', 'off']))
    .option('--node <name...>', 'nodes to change; left out: those of --selector, or all')
    .option('--selector <labels>', 'nodes to change, by their labels: rack=1,!old')
    .option('--canary <nodes...>', 'who goes first: names, or how many (default: 1)')
    .option('--max-unavailable <count>', 'how many may be in the middle of it, or not Ready, at a time', wholeNumber(1, 100), 1)
    .option('--soak <seconds>', 'how long each has to stay well before the next', wholeNumber(0, 86_400), 10)
    .addOption(new Option('--on-failure <what>', 'when a node fails').choices(['revert', 'halt']).default('revert'))
    .option('--detach', 'return at once', false)
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/rollout.ts')).startRollout(options))
    .addHelpText(
      'after',
      examples([['weft rollout start --backend nftables --canary node-1 --soak 60', 'one node, a minute later the others']]),
    );

  rollout
    .command('list')
    .description('show all rollouts, oldest first')
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/rollout.ts')).listRollouts(options))
    .addHelpText('after', examples([['weft rollout list', 'where each of them stands']]));

  rollout
    .command('show')
    .description('show where each node of a rollout stands, and why it stopped')
    .argument('<id>', 'the rollout, as weft rollout list shows it')
    .addOption(stateOption())
    .action(async (id, options) => (await import('../commands/rollout.ts')).showRollout(id, options))
    .addHelpText('after', examples([['weft rollout show roll_01m7z6nn509x09k3ewcq06fh6h', 'node by node']]));

  for (const [order, description] of [
    ['halt', 'have it wait: no other node is changed until it is resumed'],
    ['cancel', 'end a rollout where it stands: nodes keep what they have'],
    ['resume', 'go on with a rollout that was halted'],
    ['revert', 'take the change back on every node that has it'],
  ] as const)
    rollout
      .command(order)
      .description(description)
      .argument('<id>', 'the rollout, as weft rollout list shows it')
      .addOption(stateOption())
      .action(async (id, options) => (await import('../commands/rollout.ts')).orderRollout(order, id, options))
      .addHelpText('after', examples([[`weft rollout ${order} roll_01m7z6nn509x09k3ewcq06fh6h`, description]]));
}
