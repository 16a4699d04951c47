import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../terminal/examples.ts';
import { linesOption, outputOption, stateOption } from '../terminal/options.ts';

/** A line as it was pasted. Throws InvalidArgumentError for what can only be an option that there is not. */
function pastedLine(text: string): string {
  if (/^-\S*$/.test(text)) throw new InvalidArgumentError('it is no option of this command, and no line.');
  return text;
}

/** Commands that ask whose a rule is. */
export function addRuleCommands(program: Command): void {
  program
    .command('blame')
    .description('show what is in the kernel of a node now, with revision, time, actor and object of each thing in the margin')
    .argument('<node>', 'node/<name>')
    .option('--kind <kind>', 'only things of this kind: nft-rule, nft-element, iptables-rule, ipvs-service, route, link, …')
    .option('--owner <object>', 'only what is for it: service/<namespace>/<name>, pod/<namespace>/<name>, node/<name> or cluster')
    .option('--match <text>', 'only what has this text in its place, key or text')
    .option('--foreign', 'only what is not ours', false)
    .addOption(linesOption())
    .addOption(stateOption())

    .action(async (name, options) => (await import('../commands/blame.ts')).blame(name, options))
    .addHelpText(
      'after',
      examples(
        [['weft blame node/node-1 --kind nft-rule --match web', 'for which object each rule is, since when, and who asked for it']],
        ['In the margin: ! somebody else changed it, - it is missing, ? it is not ours, ~ it is draining.'],
      ),
    );

  program
    .command('explain')
    .description(
      'say why a thing is in the kernel of a node: for what, who asked for it, since when, who changed it; or what a service has there',
    )
    .argument('<target>', 'node/<name>, or service/<namespace>/<name> for all that it has on all nodes')
    .argument('[line]', 'a line as nft list, iptables-save, ipvsadm -S -n, ipset save, ip or bridge print it, or a part of one', pastedLine)
    .addOption(outputOption())
    .addOption(stateOption())
    // Lines of iptables-save and ipvsadm -S begin as options do.
    .allowUnknownOption()
    .action(async (target, line, options) => (await import('../commands/explain.ts')).explain(target, line, options))
    .addHelpText(
      'after',
      examples(
        [
          ["weft explain node/node-1 '-A WEFT-SERVICES -m comment'", 'a line, or a part of one, as a tool prints it'],
          ['weft explain service/shop/web', 'all that a service has on all nodes'],
        ],
        ['The exit status is 1 when nothing is found. Put -- before a part of a line that begins with -o.'],
      ),
    );
}
