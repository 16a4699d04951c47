import { Command, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addAccessCommands } from './access.ts';
import { addAuditCommands } from './audit.ts';
import { addCompletionCommands, addContextCommands } from './contexts.ts';
import { addDocumentCommands } from './documents.ts';
import { addFleetCommands } from './fleet.ts';
import { addHistoryCommands } from './history.ts';
import { addKubectlWords } from './kubectl-words.ts';
import { addNodeCommands } from './node.ts';
import { addChangeCommands, addObjectCommands } from './objects.ts';
import { addPacketCommands } from './packets.ts';
import { addRolloutCommands } from './rollout.ts';
import { addRuleCommands } from './rules.ts';

/** Commands in the order in which `weft --help` shows them, by what they are for. */
const GROUPS = [
  ['Look at objects:', [addObjectCommands]],
  ['Change objects:', [addDocumentCommands, addChangeCommands]],
  ['Run a fleet:', [addFleetCommands, addNodeCommands, addRolloutCommands]],
  ['Ask about rules, packets and the past:', [addRuleCommands, addPacketCommands, addHistoryCommands, addAuditCommands]],
  ['Choose a fleet, and who may do what:', [addContextCommands, addAccessCommands, addCompletionCommands]],
] as const;

const contextOption = () => new Option('--context <name>', 'the control plane that is meant, of weft context list').conflicts('state');

/** Every command below one, itself first. */
export const withAllBelow = (command: Command): Command[] => [command, ...command.commands.flatMap(withAllBelow)];

/**
 * Every command that speaks to a fleet takes `--context`, which stands for WEFT_CONTEXT of this run. Before the command there may also be `-n`, as people
 * write it for kubectl: a command that takes one gets it as if it stood after it, for the others it stands for WEFT_NAMESPACE.
 */
function addPlaceOptions(program: Command): void {
  for (const command of withAllBelow(program))
    if (command.options.some(({ long }) => long === '--state') && command.name() !== 'demo') command.addOption(contextOption());
  program
    .addOption(contextOption())
    .option('-n, --namespace <name>', 'the namespace of commands that take one, where they do not say another');
  program.hook('preAction', (_, command) => {
    const { context } = command.optsWithGlobals<{ context?: string }>();
    const { namespace } = program.opts<{ namespace?: string }>();
    if (context !== undefined) process.env.WEFT_CONTEXT = context;
    if (namespace !== undefined) process.env.WEFT_NAMESPACE = namespace;
    const option = command.options.find(({ long }) => long === '--namespace');
    if (namespace !== undefined && option !== undefined && command.getOptionValue('namespace') === undefined)
      command.setOptionValueWithSource('namespace', option.variadic ? [namespace] : namespace, 'cli');
  });
}

/** The whole command line. What a command does is loaded when it is run: what is not used costs no start-up time. */
export function weftProgram(): Command {
  const program = new Command('weft')
    .enablePositionalOptions()
    .exitOverride()
    .version(manifest.version, '--version', 'print the version')
    .description('A network for pods and stable, load-balanced addresses for services, on plain Linux hosts.')
    .showHelpAfterError('(weft --help lists the commands)')
    .addHelpText(
      'after',
      '\nweft test [unit|kernel|guest|ipvs|server|browser|lab|fault] runs the tests. Start with: weft demo\nExit status: 0 done, 1 failed or the answer is no, 2 not understood, 3 refused by the API, 4 nobody answered, 5 not in time.',
    );
  for (const [heading, adders] of GROUPS) {
    program.commandsGroup(heading);
    for (const add of adders) add(program);
  }
  addKubectlWords(program);
  addPlaceOptions(program);
  return program;
}
