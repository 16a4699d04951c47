import { Argument, type Command, Option } from 'commander';
import { COMPLETE, SHELLS } from '../completion/scripts.ts';
import { examples } from '../terminal/examples.ts';

/** Commands about which fleet is meant. */
export function addContextCommands(program: Command): void {
  const context = program.command('context').description('keep how several control planes are reached, and choose one');

  context
    .command('add')
    .description('keep how a control plane is reached, or change it; the first one becomes the current one')
    .argument('<context>', 'what it is to be called')
    .requiredOption('--url <url>', 'address of its API')
    .option('--token-file <file>', 'file that holds the token, - for standard input (default: WEFT_TOKEN)')
    .option('-n, --namespace <name>', 'namespace where a command names none')
    .option('--ca-file <file>', 'certificates of the authorities that its certificate is of')
    .action(async (name, options) => (await import('../commands/context.ts')).addContext(name, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft context add lab --url http://127.0.0.1:7070 --token-file ./token', 'a control plane, with a token from a file'],
          ['weft context add prod --url https://weft.example:7070 --token-file - -n shop', 'another, with a token that is piped in'],
        ],
        ['They are kept in ~/.config/weft/contexts.json (WEFT_CONTEXTS names another file), which nobody else may read.'],
      ),
    );

  context
    .command('list')
    .description('show them, without their tokens')
    .addOption(new Option('-o, --output <format>', 'how to print them').choices(['table', 'name']).default('table'))
    .action(async (options) => (await import('../commands/context.ts')).listContexts(options))
    .addHelpText('after', examples([['weft context list', 'all of them; * is the current one']]));

  context
    .command('use')
    .description('make one the current one')
    .argument('<context>', 'which one')
    .action(async (name) => (await import('../commands/context.ts')).useContext(name))
    .addHelpText(
      'after',
      examples(
        [['weft context use prod', 'commands without --context mean it from now on']],
        ['In this order: --state, --context or WEFT_CONTEXT, WEFT_URL with WEFT_TOKEN, WEFT_STATE, the current context, /var/lib/weft.'],
      ),
    );

  context
    .command('remove')
    .description('forget one, with its token')
    .argument('<context>', 'which one')
    .action(async (name) => (await import('../commands/context.ts')).removeContext(name))
    .addHelpText('after', examples([['weft context remove lab', 'it is no more']]));
}

/** Completion of shells: the script, and what it asks. */
export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, kinds and names in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => void process.stdout.write((await import('../completion/scripts.ts')).SCRIPTS[shell]))
    .addHelpText(
      'after',
      examples(
        [
          ['source <(weft completion bash)', 'in ~/.bashrc'],
          ['source <(weft completion zsh)', 'in ~/.zshrc'],
          ['weft completion fish | source', 'in ~/.config/fish/config.fish'],
        ],
        ['Names come from the fleet that is meant, if it answers within 0.7 s.'],
      ),
    );

  program
    .command(COMPLETE, { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words: readonly string[]) =>
      (await import('../commands/complete.ts')).complete(program, words[0] === '--' ? words.slice(1) : words),
    );
}
