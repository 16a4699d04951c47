import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type FieldFormat, FORMATS, type Format, readFormat } from '../output/formats.ts';
import { examples } from '../terminal/examples.ts';
import { outputOption, seconds, stateOption, wholeNumber } from '../terminal/options.ts';

const targets = (what: string) =>
  new Argument('[targets...]', `${what}: <kind>, <kind>,<kind>, <kind> <name>…, <kind>/<name>… or ids (weft kinds)`);

/** Reads what `-o` is given. Throws InvalidArgumentError with what does the same, for whoever knows more of kubectl's. */
function formatOf(text: string): Format | FieldFormat {
  const format = readFormat(text);
  if (format !== null) return format;
  throw new InvalidArgumentError(
    /^(jsonpath|go-template|custom-columns)/.test(text)
      ? 'Of templates only one path of fields is taken, jsonpath={.status.phase}; for more: -o json | jq.'
      : `Allowed choices are ${FORMATS.join(', ')}, jsonpath={.field}.`,
  );
}

/** The options of every command that takes objects. */
const addTargetOptions = (command: Command): Command =>
  command
    .option('-n, --namespace <name>', 'objects of this namespace (default: WEFT_NAMESPACE, that of the context, or default)')
    .option('-A, --all-namespaces', 'objects of all namespaces', false)
    .option('-l, --selector <labels>', 'objects whose labels fulfil it: app=web,tier!=db,env in (a,b),canary,!old')
    .addOption(stateOption());

const IDS = 'A name with a namespace is <kind>/<namespace>/<name>; ids say by themselves of which kind they are.';

/** Commands that show objects. */
export function addObjectCommands(program: Command): void {
  addTargetOptions(
    program
      .command('get')
      .description('show objects: a table, or as JSON, YAML or names; with --watch also what becomes of them')
      .addArgument(targets('what to show')),
  )
    .option('--node <name>', 'of pods, endpoints and records only those on this node')
    .addOption(
      new Option(
        '-o, --output <format>',
        'how to print them; jsonpath={.field}: only what is there, such as {.clusterIP} or {.items[*].name}',
      )
        .choices(FORMATS)
        .argParser(formatOf)
        .default('table'),
    )
    .option('--sort-by <field>', 'by what they have there: .name, .createdAt, .status.phase')
    .option('--newest <number>', 'of operations, audit events, receipts and drift events: how many', wholeNumber(1, 1_000_000), 100)
    .option('-w, --watch', 'print what becomes of them as it happens, until interrupted', false)
    .option('--watch-only', 'the same without what is there now', false)
    .option('--show-labels', 'with a column of all labels', false)
    .option('--no-headers', 'without the headings of tables')
    .option('--ignore-not-found', 'nothing printed and no failure for names that nothing has', false)
    .action(async (words, options) => (await import('../commands/get.ts')).get(words, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft get services -n shop', 'the services of a namespace'],
          ['weft get services -n shop -l app=web -o wide --watch', 'those with a label, and how they change from now on'],
          ['weft get svc,po -A', 'services and pods of all namespaces'],
          ['weft get svc/web po/web-1 -o yaml', 'single objects'],
          ['weft get pods --node node-1 -o name', 'names alone, for scripts'],
          ["weft get svc/web -o jsonpath='{.clusterIP}'", 'one field'],
          ['weft get services -A --sort-by .createdAt', 'the newest last'],
        ],
        [IDS, 'With --watch, json and yaml print one document for each change: { type, object }.'],
      ),
    );

  addTargetOptions(
    program
      .command('describe')
      .description('tell all about objects: fields, conditions, what belongs to them, and what happened to them lately')
      .addArgument(targets('what to tell about')),
  )
    .action(async (words, options) => (await import('../commands/describe.ts')).describe(words, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft describe service/web', 'a service: its endpoints, nodes, traffic and events'],
          ['weft describe nodes', 'all nodes, one after the other'],
          ['weft describe po -n shop -l app=web', 'pods by their labels'],
        ],
        [IDS],
      ),
    );

  program
    .command('kinds')
    .alias('api-resources')
    .description('list the kinds of objects and what they are called')
    .action(async () => (await import('../commands/kinds.ts')).kinds())
    .addHelpText('after', examples([['weft kinds', 'kinds, their short names, and what can be done with them']]));

  program
    .command('events')
    .description('show what happened: who asked for what, what nodes did about it, what others changed on nodes')
    .option('--for <kind/name>', 'only what is about this object')
    .option('-n, --namespace <name>', 'the namespace of that object')
    .option('--node <name>', 'only what happened on, or concerned, this node')
    .addOption(new Option('--types <types...>', 'only these').choices(['Change', 'Applied', 'Failed', 'Drift']))
    .option('--since <when>', 'only from this time on: 2026-11-21T08:00:00Z, or how long ago: 30m, 2h, 7d')
    .option('--count <number>', 'how many, the newest', wholeNumber(1, 1000), 30)
    .option('-f, --follow', 'go on with what happens from now on, until interrupted', false)
    .addOption(outputOption('how to print them; json: an object on each line'))
    .addOption(stateOption())
    .action(async (options) => (await import('../commands/events.ts')).events(options))
    .addHelpText(
      'after',
      examples([
        ['weft events --follow', 'the last ones, and all that happens from now on'],
        ['weft events --for svc/web -n shop --since 2h', 'what happened to a service in the last two hours'],
        ['weft events --types Failed Drift --node node-1', 'what went wrong on a node'],
      ]),
    );
}

/** Commands that change objects and wait for them. */
export function addChangeCommands(program: Command): void {
  addTargetOptions(
    program
      .command('delete')
      .description('delete objects; tokens and join tokens are revoked by it')
      .addArgument(targets('what to delete')),
  )
    .option('-f, --file <file...>', 'what the documents of these files or folders are about, last first')
    .option('--all', 'all of the kinds', false)
    .option('--grace-period <seconds>', 'of pods: how long they may take to go', seconds(0, 3600))
    .option('--force', 'of nodes: also while pods are on them', false)
    .option('--wait <seconds>', 'until every ready node has it, at most so long', seconds(1, 60))
    .option('--dry-run', 'only say what it would do, down to the rules of every node', false)
    .option('--ignore-not-found', 'no failure for names that nothing has', false)
    .action(async (words, options) => (await import('../commands/delete.ts')).remove(words, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft delete svc/web -n shop', 'one service'],
          ['weft delete pods -l app=web --grace-period 30', 'pods by their labels, with time for their connections'],
          ['weft delete -f shop.yaml --wait 10', 'what documents say, waiting for the nodes'],
          ['weft delete node/node-3 --dry-run', 'nothing: what it would do'],
        ],
        [IDS],
      ),
    );

  addTargetOptions(
    program
      .command('label')
      .description('set labels of objects, or take them away')
      .argument('<targets...>', 'which objects, then what changes: key=value sets a label, key- takes it away'),
  )
    .option('--all', 'all of the kinds', false)
    .option('--overwrite', 'also where a label has another value', false)
    .action(async (words, options) => (await import('../commands/label.ts')).label(words, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft label svc/web tier=front', 'set a label'],
          ['weft label node node-1 rack=7 old- --overwrite', 'replace one and take another away'],
          ['weft label pods -l app=web release=blue', 'of all pods with a label'],
        ],
        [IDS],
      ),
    );

  addTargetOptions(program.command('wait').description('wait until objects are as they are to be').addArgument(targets('what to wait for')))
    .requiredOption('--for <condition>', 'delete, create, condition=<type>[=<status>], phase=<phase>, or jsonpath={.field}=<value>')
    .option('--timeout <seconds>', 'how long at most: 30, 30s, 5m, 2h', seconds(1, 86_400), 30)
    .option('--all', 'all of the kinds', false)
    .action(async (words, options) => (await import('../commands/wait.ts')).wait(words, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft wait svc/web --for phase=Programmed', 'until every node has the service'],
          ['weft wait nodes --all --for condition=Ready --timeout 120', 'until all nodes are ready'],
          ['weft wait po/web-1 --for delete', 'until a pod is gone'],
        ],
        [
          'A name that nothing has is waited for, unless --for is delete; what is deleted meanwhile ends it at once. The exit status is 5 when the time is over.',
        ],
      ),
    );
}
