import { type Command, Option } from 'commander';
import { examples } from '../terminal/examples.ts';
import { outputOption, seconds, stateOption } from '../terminal/options.ts';

/** The options of every command that reads documents. */
const addDocumentOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '-f, --file <file...>',
        'YAML or JSON files of documents, or folders of such files, each document with a kind: namespace, service, pod or endpoint, or a manifest of Kubernetes; - is standard input',
      ).makeOptionMandatory(),
    )
    .option('-n, --namespace <name>', 'the namespace of documents that name none')
    .option('--strict', 'refuse fields of manifests that have no meaning here, instead of naming them', false)
    .addOption(stateOption());

/** The options of commands that can also take away what has no document. */
const addPruneOptions = (command: Command): Command =>
  addDocumentOptions(command)
    .option(
      '--prune',
      'with it, delete services and pods in the namespaces of the documents that --selector chooses and no document is about',
      false,
    )
    .option('-l, --selector <labels>', 'of --prune: the labels that all of the documents have');

const MANIFESTS =
  'Of Kubernetes it takes core/v1 Service, Pod, Namespace and List as they are. Fields without a meaning here are named on standard error and left out.';

/** Commands that bring the fleet to what documents say. */
export function addDocumentCommands(program: Command): void {
  addPruneOptions(
    program.command('plan').description('show what applying documents would do, down to the rules of every node, and change nothing'),
  )
    .addOption(outputOption())
    .action(async (options) => (await import('../commands/plan.ts')).plan(options))
    .addHelpText('after', examples([['weft plan -f shop.yaml', 'what apply would do, and the token that does exactly that']], [MANIFESTS]));

  addDocumentOptions(
    program
      .command('diff')
      .description('print in what the fleet is otherwise than documents say; ends with 0 for nothing, 1 for something, 2 in trouble'),
  )
    .action(async (options) => (await import('../commands/diff.ts')).diff(options))
    .addHelpText('after', examples([['weft diff -f shop.yaml || echo "shop is not as it should be"', 'for scripts']], [MANIFESTS]));

  addPruneOptions(program.command('apply').description('make objects what documents say of them, all or none: exactly what a plan showed'))
    .option('--plan-token <token>', 'of a plan that was looked at (weft plan): do exactly that, or nothing')
    .addOption(
      new Option('--dry-run', 'only show what it would do, down to the rules of every node, as weft plan does')
        .default(false)
        .conflicts(['planToken', 'wait']),
    )
    .option('--yes', 'plan, and apply the plan without asking', false)
    .option('--wait <seconds>', 'until every ready node has applied it, at most so long', seconds(1, 60))
    .action(async (options) => (await import('../commands/apply.ts')).apply(options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft apply -f shop.yaml', 'show what it does, ask, and do it'],
          ['weft apply -f shop.yaml --yes --wait 10', 'without asking, waiting for the nodes'],
          ['weft apply -f service.yaml -f pod.yaml -n shop', 'manifests of Kubernetes, into a namespace'],
          ['weft apply -f shop.yaml --prune -l app=shop', 'and delete what of the shop is in no document any more'],
        ],
        [MANIFESTS, 'Documents are applied in one transaction, with what is pruned; a plan token holds both.'],
      ),
    );
}
