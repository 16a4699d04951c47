import type { Command } from 'commander';
import { examples } from '../terminal/examples.ts';
import { stateOption } from '../terminal/options.ts';

/** Commands that look after the host they run on, as a node. */
export function addNodeCommands(program: Command): void {
  const node = program.command('node').description('look after the host this runs on, as a node').enablePositionalOptions();

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
    .command('doctor')
    .description('say what hosts can do and what keeps them from being good nodes: all nodes, one, or the host this runs on')
    .argument('[name]', 'the node; left out: all of them')
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
