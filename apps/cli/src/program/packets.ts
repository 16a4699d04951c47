import { type Command, Option } from 'commander';
import { examples } from '../terminal/examples.ts';
import { outputOption, stateOption, wholeNumber } from '../terminal/options.ts';

/** Commands that ask what becomes of packets. */
export function addPacketCommands(program: Command): void {
  program
    .command('reach')
    .description('say what becomes of a connection: every route, rule and translation there, and the way back')
    .argument('<from>', 'pod/<namespace>/<name>, node/<name>, or <address>@<node> for somebody outside')
    .argument('<to>', 'service/<namespace>/<name>:<port>, pod/…:<port>, node/…:<port> or <address>:<port>')
    .option('--live', 'by what is in the kernels of the nodes on the way, instead of what is to be there', false)
    .addOption(new Option('--protocol <protocol>', 'what the connection is of').choices(['TCP', 'UDP', 'SCTP']).default('TCP'))
    .option('--rules', 'show every rule that the packet meets, not only those that do something to it', false)
    .addOption(outputOption())
    .addOption(stateOption())

    .action(async (from, to, options) => (await import('../commands/reach.ts')).reach(from, to, options))
    .addHelpText(
      'after',
      examples(
        [['weft reach pod/shop/basket service/shop/web:80', 'every rule on the way there and back']],
        ['The exit status is 0 when it is reachable, else 1.'],
      ),
    );

  program
    .command('trace')
    .description('follow a packet over the nodes that it crosses: one that is sent, or one that comes by itself')
    .argument('<from>', 'pod/<namespace>/<name>, node/<name>, or <address>@<node> for an address outside whose packets come to that node')
    .argument('<to>', 'service/<namespace>/<name>:<port>, pod/…:<port>, node/<name>:<port> or <address>:<port>')
    .addOption(new Option('--protocol <protocol>', 'of the packet').choices(['TCP', 'UDP', 'SCTP']).default('TCP'))
    .option('--live', 'send nothing: wait for a packet that comes by itself', false)
    .option('--dropped', 'wait for one that goes no further', false)
    .option('--seconds <seconds>', 'how long to wait', wholeNumber(1, 60), 10)
    .option('--rules', 'show every rule that it met, not only those that did something to it', false)
    .addOption(outputOption())
    .addOption(stateOption())

    .action(async (from, to, options) => (await import('../commands/trace.ts')).trace(from, to, options))
    .addHelpText(
      'after',
      examples(
        [
          ['weft trace pod/shop/basket service/shop/web:80', 'send a packet and follow it'],
          ['weft trace 192.0.2.7@node-1 node/node-1:31000 --live --seconds 30', 'wait for one that comes by itself'],
        ],
        ['The exit status is 0 when it arrived, else 1.'],
      ),
    );

  program
    .command('capture')
    .description('write packets of a pod, of a node or of the pods behind a service to standard output, as pcap')
    .argument('<what>', 'pod/<namespace>/<name>, service/<namespace>/<name> or node/<name>')
    .option('--filter <filter>', 'only these packets, in the words of pcap-filter(7), without names')
    .option('--count <packets>', 'end after so many', wholeNumber(1, 100_000))
    .option('--bytes <bytes>', 'write no more than this', wholeNumber(1, 268_435_456))
    .option('--seconds <seconds>', 'end after so long', wholeNumber(1, 600))
    .option('--snaplen <bytes>', 'keep so much of each packet', wholeNumber(1, 65_535))
    .option('--node <name>', 'of a service only the pods on this node')
    .addOption(stateOption())

    .action(async (what, options) => (await import('../commands/capture.ts')).capture(what, options))
    .addHelpText(
      'after',
      examples([
        ["weft capture service/shop/web --filter 'tcp port 8080' --count 100 > web.pcap", 'into a file'],
        ['weft capture pod/shop/web-1 | tcpdump -n -r -', 'shown as it comes'],
      ]),
    );
}
