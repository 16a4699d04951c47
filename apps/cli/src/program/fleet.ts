import { type Command, Option } from 'commander';
import { SUPERVISE } from '../supervise-command.ts';
import { examples } from '../terminal/examples.ts';
import { outputOption, stateOption, wholeNumber } from '../terminal/options.ts';

/** Nodes of a lab when no number is given: the least that has both a near and a far peer. */
const DEFAULT_LAB = 3;

/** Commands that start a fleet, look at it, measure it and stop it. */
export function addFleetCommands(program: Command): void {
  program
    .command('demo')
    .description('everything, end to end, on this machine: a fleet of three nodes, pods, services and real packets')
    .option('--exit', 'tear it down afterwards, and fail when anything shown was wrong', false)
    .option('--state <directory>', 'where the demo keeps everything', '/var/lib/weft-demo')
    .action(async (options) => (await import('../commands/demo.ts')).demo(options))
    .addHelpText('after', examples([['weft demo --exit', 'show everything, tear it down, and fail when anything was wrong']]));

  program
    .command('up')
    .description('start a control plane with its own Postgres and Redis, and a lab of nodes when asked for')
    .option('--lab [nodes]', 'with a lab of so many nodes in network namespaces, and a client (root)', wholeNumber(1, 32))
    .option('--detach', 'return when everything is ready', false)
    .option('--port <port>', 'TCP port of the API', wholeNumber(1, 65535), 7070)
    .addOption(new Option('--backend <backend>', 'service backend of the lab nodes').choices(['nftables', 'iptables', 'ipvs']))
    .addOption(new Option('--pod-link <link>', 'how pods hang on the lab nodes').choices(['bridge', 'routed']))
    .addOption(new Option('--overlay <mode>', 'how packets travel between nodes').choices(['auto', 'vxlan', 'direct']))
    .addOption(stateOption())
    .action(async ({ lab, ...options }) =>
      (await import('../commands/up.ts')).up({ ...options, nodes: lab === true ? DEFAULT_LAB : (lab ?? 0) }),
    )
    .addHelpText(
      'after',
      examples([
        ['weft up --lab 3 --detach', 'a fleet to try things on'],
        ['weft up --lab 5 --backend iptables', 'another service backend, in the foreground'],
      ]),
    );

  program
    .command('down')
    .description('stop what `up` started, also after a crash; data stays')
    .option('--purge', 'remove the data as well', false)
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/down.ts')).down(options))
    .addHelpText('after', examples([['weft down --purge', 'stop, and forget everything']]));

  program
    .command('status')
    .description('show the fleet: nodes, revisions wanted and applied, what is not live yet and why')
    .addOption(outputOption())
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/status.ts')).status(options))
    .addHelpText('after', examples([['weft status', 'is everything live, and if not, why']]));

  program
    .command('env')
    .description('print WEFT_URL and WEFT_TOKEN as shell exports: eval "$(weft env)"')
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/env.ts')).env(options))
    .addHelpText('after', examples([['eval "$(weft env)"', 'then curl with $WEFT_URL and $WEFT_TOKEN']]));

  program
    .command('lab')
    .description('look into the lab')
    .enablePositionalOptions()
    .command('exec')
    .description('run a command in a host or a pod of the lab: weft lab exec node-1 -- ip route')
    .argument('<target>', 'node-1, client, pod/<name> or pod/<namespace>/<name>')
    .argument('<command...>', 'the command and its arguments')
    .addOption(stateOption())
    .passThroughOptions()
    .action(async (target, command, options) =>
      (await import('../commands/lab-exec.ts')).labExec(target, command[0] === '--' ? command.slice(1) : command, options),
    )
    .addHelpText(
      'after',
      examples([
        ['weft lab exec node-1 -- ip route', 'in a host'],
        ['weft lab exec pod/shop/web-1 -- ss -ltn', 'in a pod'],
      ]),
    );

  program
    .command('bench')
    .description('measure: each figure with the least it could be and, where there is one, what another system needs')
    .addOption(stateOption())
    .argument('[areas and options...]', 'see weft bench --help')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (args, options) => (await import('../commands/bench.ts')).bench(args, options))
    .addHelpText('after', examples([['weft bench --help', 'the areas, and what each takes']]));

  program
    .command(SUPERVISE, { hidden: true })
    .argument('<order>')
    .action(async (order) => (await import('../fleet/background.ts')).runInBackground(order));
}
