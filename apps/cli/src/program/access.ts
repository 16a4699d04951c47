import { type Command, Option } from 'commander';
import { examples } from '../terminal/examples.ts';
import { stateOption, wholeNumber } from '../terminal/options.ts';

/** Commands about who may do what. */
export function addAccessCommands(program: Command): void {
  const token = program.command('token').description('make, list and revoke API tokens');

  token
    .command('create')
    .description('make a token and print it, this once')
    .argument('<name>', 'who or what will use it')
    .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'operator', 'viewer']).default('viewer'))
    .option('--namespace <name...>', 'namespaces it reaches; left out: everything')
    .option('--days <days>', 'how long it holds', wholeNumber(1, 366), 90)
    .addOption(stateOption())
    .action(async (name, options) => (await import('../commands/token.ts')).createToken(name, options))
    .addHelpText(
      'after',
      examples([['weft token create ci --role operator --namespace shop --days 30', 'a token for a pipeline that works in one namespace']]),
    );

  token
    .command('list')
    .description('show the tokens that are not revoked')
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/token.ts')).listTokens(options))
    .addHelpText('after', examples([['weft token list', 'who may use the API, and when each was used last']]));

  token
    .command('revoke')
    .description('end a token at once')
    .argument('<name-or-id>', 'the token, as weft token list shows it')
    .addOption(stateOption())
    .action(async (nameOrId, options) => (await import('../commands/token.ts')).revokeToken(nameOrId, options))
    .addHelpText('after', examples([['weft token revoke ci', 'it stops working at once']]));

  program
    .command('whoami')
    .description('show who your token stands for and what it can do')
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/whoami.ts')).whoami(options))
    .addHelpText('after', examples([['weft whoami', 'after a refusal: as whom, and what that one may do']]));
}
