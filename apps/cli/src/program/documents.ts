import { type Command, Option } from 'commander';
import { outputOption, stateOption, wholeNumber } from '../terminal/options.ts';

const fileOption = () =>
  new Option(
    '-f, --file <file...>',
    'YAML or JSON files of documents, each with a kind: namespace, service, pod or endpoint; - is standard input',
  ).makeOptionMandatory();

/** Commands that bring the fleet to what documents say. */
export function addDocumentCommands(program: Command): void {
  program
    .command('plan')
    .description('show what applying documents would do, down to the rules of every node, and change nothing')
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(stateOption())
    .addHelpText('after', '\nExample: weft plan -f shop.yaml')
    .action(async (options) => (await import('../commands/plan.ts')).plan(options));

  program
    .command('diff')
    .description('print in what the fleet is otherwise than documents say; ends with 0 for nothing, 1 for something, 2 in trouble')
    .addOption(fileOption())
    .addOption(stateOption())
    .addHelpText('after', '\nExample: weft diff -f shop.yaml || echo "shop is not as it should be"')
    .action(async (options) => (await import('../commands/diff.ts')).diff(options));

  program
    .command('apply')
    .description('make objects what documents say of them, all or none: exactly what a plan showed')
    .addOption(fileOption())
    .option('--plan-token <token>', 'of a plan that was looked at (weft plan): do exactly that, or nothing')
    .option('--yes', 'plan, and apply the plan without asking', false)
    .option('--wait <seconds>', 'until every ready node has applied it, at most so long', wholeNumber(1, 60))
    .addOption(stateOption())
    .addHelpText('after', '\nExample: weft apply -f shop.yaml --yes --wait 10')
    .action(async (options) => (await import('../commands/apply.ts')).apply(options));
}
