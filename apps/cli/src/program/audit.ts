import { Argument, type Command, Option } from 'commander';
import { examples } from '../terminal/examples.ts';
import { outputOption, stateOption, wholeNumber } from '../terminal/options.ts';

const STREAMS = ['events', 'receipts'] as const;

/** Commands that look at what was recorded, and verify it. */
export function addAuditCommands(program: Command): void {
  const audit = program
    .command('audit')
    .description('look at what was recorded, take it elsewhere, and find out whether somebody tampered with it');

  /** A command that reads one of the streams, with the filters of both. */
  const readingRecords = (name: string, description: string) =>
    audit
      .command(name)
      .description(description)
      .addArgument(
        new Argument('[stream]', 'events: who asked for what; receipts: what was done on the nodes').choices(STREAMS).default('events'),
      )
      .option('--node <name>', 'only what concerned, or was done on, this node')
      .option('--object <id>', 'only what is about, or carried a change of, the object of this id')
      .option('--actor <name>', 'only what this user or node asked for')
      .option('--request <id>', 'only what came from the request of this id')
      .option('--since <time>', 'only at this time or later: 2026-11-21T08:00:00Z')
      .option('--until <time>', 'only before this time')
      .option('--operation <id>', 'of events: only this operation, such as serviceCreate')
      .addOption(new Option('--outcome <outcome>', 'of receipts: only those that ended so').choices(['applied', 'failed']))
      .option('--cause <cause>', 'of receipts: only those for this reason: change, start, drift, resync, retry')
      .addOption(stateOption());

  readingRecords('list', 'show the newest records')
    .option('--count <number>', 'how many', wholeNumber(1, 1000), 20)
    .addOption(outputOption('how to print them'))

    .action(async (stream, options) => (await import('../commands/audit.ts')).listRecords(stream, options))
    .addHelpText(
      'after',
      examples([['weft audit list receipts --outcome failed --since 2026-11-21T08:00:00Z', 'what nodes could not do this morning']]),
    );

  readingRecords('export', 'write all records to standard output, one JSON object a line')

    .action(async (stream, options) => (await import('../commands/audit.ts')).exportRecords(stream, options))
    .addHelpText('after', examples([['weft audit export events --actor ci > events.ndjson', 'all that one token asked for']]));

  audit
    .command('checkpoint')
    .description('sign where the records end now and print it: keep it where nobody of this fleet can write')
    .addOption(stateOption())

    .action(async (options) => (await import('../commands/audit.ts')).makeCheckpoint(options))
    .addHelpText('after', examples([['weft audit checkpoint > /media/elsewhere/checkpoint.json', 'once a day, to another machine']]));

  audit
    .command('verify')
    .description('find what was edited, deleted, cut off, written anew or forged since it was recorded')
    .option('--checkpoint <file...>', 'checkpoints that were kept elsewhere: what lies before them cannot have been written anew unseen')
    .option('--public-key <key...>', 'further keys whose checkpoints are to be believed, after the key was replaced')
    .addOption(outputOption())
    .addOption(stateOption())

    .action(async (options) => (await import('../commands/audit-verify.ts')).verifyAudit(options))
    .addHelpText(
      'after',
      examples(
        [['weft audit verify --checkpoint /media/elsewhere/checkpoint.json', 'also what was written anew before it is found']],
        ['The exit status is 0 when nothing is found, else 1.'],
      ),
    );
}
