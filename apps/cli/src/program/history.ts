import { type Command, Option } from 'commander';
import { examples } from '../terminal/examples.ts';
import { linesOption, stateOption } from '../terminal/options.ts';

/** `weft history`, `weft history diff` and `weft rollback`. */
export function addHistoryCommands(program: Command): void {
  const history = program
    .command('history')
    .description('show how something was: what a node had to have in its kernel and for whom, or the objects of a kind')
    .argument('<what>', 'node/<name>, or namespaces, nodes, pods, services, endpoints, rollouts')
    .option('--at <when>', 'a revision, a time (RFC 3339), or how long ago (30m, 2h, 7d); left out: now')
    .option('--kind <kind>', 'only rules of this kind: nft-rule, nft-element, iptables-rule, ipvs-service, route, link, …')
    .option('--match <text>', 'only rules that have this text in their place, key or text')
    .option('-n, --namespace <name>', 'only objects of this namespace')
    .option('--name <name>', 'only the object of this name')
    .option('-l, --selector <labels>', 'only objects whose labels fulfil it: app=web,tier!=db')
    .addOption(linesOption())
    .addOption(stateOption())

    .action(async (what, options) => (await import('../commands/history.ts')).showHistory(what, options))
    .addHelpText(
      'after',
      examples([
        ['weft history node/node-1 --at 2h --match web', 'rules as they were two hours ago'],
        ['weft history services --at 2026-11-17T09:00:00Z -n shop', 'services of a namespace as they were then'],
      ]),
    );

  history
    .command('diff')
    .description('show what came, went or changed between two moments, as a diff')
    .argument('<what>', 'as of weft history')
    .requiredOption('--from <when>', 'a revision, a time (RFC 3339), or how long ago (30m, 2h, 7d)')
    .option('--to <when>', 'the same; left out: now')
    .option('--kind <kind>', 'only rules of this kind')
    .option('--match <text>', 'only rules that have this text in their place, key or text')
    .option('-n, --namespace <name>', 'only objects of this namespace')
    .option('--name <name>', 'only the object of this name')
    .option('-l, --selector <labels>', 'only objects whose labels fulfil it, then or now')
    .addOption(linesOption())
    .addOption(stateOption())

    .action(async (what, options) => (await import('../commands/history.ts')).diffHistory(what, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft history diff node/node-1 --from 2h', 'what changed on a node in two hours'],
          ['weft history diff services --from 4711 --to 4720', 'what changed between two revisions'],
        ],
        ['The exit status is 1 when there is a difference.'],
      ),
    );

  program
    .command('rollback')
    .description('bring objects back to what they were, all or none; deleted ones come back with their addresses')
    .requiredOption('--to <when>', 'a revision, a time (RFC 3339), or how long ago (30m, 2h, 7d)')
    .addOption(
      new Option('--kind <kind...>', 'objects of these kinds: service and pod when nothing is said').choices([
        'namespace',
        'node',
        'service',
        'pod',
      ]),
    )
    .option('-n, --namespace <name>', 'only what is in this namespace')
    .option('-l, --selector <labels>', 'only what had, or has, labels that fulfil it')
    .option('--id <id...>', 'only objects that have, or had, one of these ids')
    .option('--delete-newer', 'delete what of it was made since', false)
    .option('--plan', 'only say what it would do', false)
    .addOption(linesOption())
    .addOption(stateOption())

    .action(async (options) => (await import('../commands/rollback.ts')).rollback(options))
    .addHelpText(
      'after',
      examples([
        ['weft rollback --to 30m -n shop --delete-newer --plan', 'what it would do to make a namespace as it was half an hour ago'],
      ]),
    );
}
