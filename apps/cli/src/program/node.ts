import type { Command } from 'commander';
import { examples } from '../terminal/examples.ts';
import { seconds, stateOption } from '../terminal/options.ts';

/** Commands that look after nodes: the host they run on, or any of the fleet. */
export function addNodeCommands(program: Command): void {
  const node = program
    .command('node')
    .description('take nodes out and back, and look after the host this runs on, as a node')
    .enablePositionalOptions();

  for (const [name, description, example] of [
    ['join', 'make this host a node of a fleet, by a join token (root)', 'weft node join --url https://192.0.2.10:7070'],
    ['leave', 'undo that: give the credential back and remove every trace of weft (root)', 'weft node leave'],
  ] as const)
    node
      .command(name)
      .description(description)
      .argument('[options...]', `see weft node ${name} --help`)
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (args) => (await import('../commands/node-program.ts')).nodeProgram(name, args))
      .addHelpText('after', examples([[example, description]]));

  node
    .command('drain')
    .description('empty a node without losing a connection: the others stop sending to it, then its pods go; wait until it is empty')
    .argument('<node-name>', 'the node')
    .option('--grace-period <seconds>', 'how long its pods may take to go (default: each its own)', seconds(0, 3600))
    .option(
      '--patience <seconds>',
      'how long to wait for nodes that do not say that they send nothing new (default: 300)',
      seconds(0, 3600),
    )
    .option('--timeout <seconds>', 'how long to wait until it is empty; it goes on all the same', seconds(1, 86_400), 900)
    .option('--no-wait', 'return at once')
    .addOption(stateOption())
    .action(async (name, options) => (await import('../commands/node-drain.ts')).drainNode(name, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft node drain node-3', 'and say how far it has come'],
          [
            'weft node drain node-3 --grace-period 30s --timeout 5m',
            'with 30 seconds for each pod; the exit status is 5 when it takes longer',
          ],
        ],
        ['weft node uncordon puts it to use again; pods that were asked to go still do.'],
      ),
    );

  for (const [name, cordoned, description] of [
    ['cordon', true, 'let no pod be placed on a node any more but by its name; what is there stays'],
    ['uncordon', false, 'let pods be placed on a node again; also takes back a drain'],
  ] as const)
    node
      .command(name)
      .description(description)
      .argument('<node-name>', 'the node')
      .addOption(stateOption())
      .action(async (target, options) => (await import('../commands/node-drain.ts')).cordonNode(target, cordoned, options))
      .addHelpText('after', examples([[`weft node ${name} node-3`, description]]));

  node
    .command('doctor')
    .description('say what hosts can do and what keeps them from being good nodes: all nodes, one, or the host this runs on')
    .argument('[node-name]', 'the node; left out: all of them')
    .option('--local', 'look at the host this runs on, whether or not it is a node (root)', false)
    .addOption(stateOption())
    .action(async (name, { local, ...options }) =>
      local
        ? (await import('../commands/node-program.ts')).nodeProgram('doctor')
        : (await import('../commands/node-doctor.ts')).nodeDoctor(name, options),
    )
    .addHelpText(
      'after',
      examples([
        ['weft node doctor', 'all nodes'],
        ['weft node doctor --local', 'this host, before it joins'],
      ]),
    );

  node
    .command('cleanup')
    .description('remove every trace of weft from the network of this host (root)')
    .action(async () => (await import('../commands/node-program.ts')).nodeProgram('cleanup'))
    .addHelpText('after', examples([['weft node cleanup', 'as root, on a host that is to be as before']]));
}
