import { Argument, Command, Option } from 'commander';
import { addHistoryCommands } from './past/commands.ts';
import { SUPERVISE } from './supervise-command.ts';
import { stateOption, wholeNumber } from './terminal/options.ts';
import { UserError } from './user-error.ts';

/** Nodes of a lab when no number is given: the least that has both a near and a far peer. */
const DEFAULT_LAB = 3;

// Every command's code is loaded when it is run: what is not used costs no start-up time.
const program = new Command('weft')
  .enablePositionalOptions()
  .description('A network for pods and stable, load-balanced addresses for services, on plain Linux hosts.')
  .showHelpAfterError('(weft --help lists the commands)')
  .addHelpText('after', '\nweft test [unit|kernel|guest|server|lab] runs the tests. Start with: weft demo');

program
  .command('demo')
  .description('everything, end to end, on this machine: a fleet of three nodes, pods, services and real packets')
  .option('--exit', 'tear it down afterwards, and fail when anything shown was wrong', false)
  .option('--state <directory>', 'where the demo keeps everything', '/var/lib/weft-demo')
  .action(async (options) => (await import('./commands/demo.ts')).demo(options));

program
  .command('up')
  .description('start a control plane with its own Postgres and Redis, and a lab of nodes when asked for')
  .option('--lab [nodes]', 'with a lab of so many nodes in network namespaces, and a client (root)', wholeNumber(1, 32))
  .option('--detach', 'return when everything is ready', false)
  .option('--port <port>', 'TCP port of the API', wholeNumber(1, 65535), 7070)
  .addOption(new Option('--backend <backend>', 'service backend of the lab nodes').choices(['nftables', 'iptables', 'ipvs']))
  .addOption(new Option('--pod-link <link>', 'how pods hang on the lab nodes').choices(['bridge', 'routed']))
  .addOption(new Option('--overlay <mode>', 'how packets travel between nodes').choices(['auto', 'vxlan', 'direct']))
  .addOption(stateOption())
  .action(async ({ lab, ...options }) =>
    (await import('./commands/up.ts')).up({ ...options, nodes: lab === true ? DEFAULT_LAB : (lab ?? 0) }),
  );

program
  .command('down')
  .description('stop what `up` started, also after a crash; data stays')
  .option('--purge', 'remove the data as well', false)
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/down.ts')).down(options));

program
  .command('status')
  .description('show the fleet: nodes, revisions wanted and applied, what is not live yet and why')
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/status.ts')).status(options));

program
  .command('env')
  .description('print WEFT_URL and WEFT_TOKEN as shell exports: eval "$(weft env)"')
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/env.ts')).env(options));

program
  .command('lab')
  .description('look into the lab')
  .enablePositionalOptions()
  .command('exec')
  .description('run a command in a host or a pod of the lab: weft lab exec node-1 -- ip route')
  .argument('<target>', 'node-1, client, pod/<name> or pod/<namespace>/<name>')
  .argument('<command...>', 'the command and its arguments')
  .addOption(stateOption())
  .passThroughOptions()
  .action(async (target, command, options) =>
    (await import('./commands/lab-exec.ts')).labExec(target, command[0] === '--' ? command.slice(1) : command, options),
  );

const node = program.command('node').description('look after the host this runs on, as a node').enablePositionalOptions();

for (const [name, description] of [
  ['join', 'make this host a node of a fleet, by a join token (root)'],
  ['leave', 'undo that: give the credential back and remove every trace of weft (root)'],
] as const)
  node
    .command(name)
    .description(description)
    .argument('[options...]', `see weft node ${name} --help`)
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args) => (await import('./commands/node-program.ts')).nodeProgram(name, args));

node
  .command('doctor')
  .description('say what hosts can do and what keeps them from being good nodes: all nodes, one, or the host this runs on')
  .argument('[name]', 'the node; left out: all of them')
  .option('--local', 'look at the host this runs on, whether or not it is a node (root)', false)
  .addOption(stateOption())
  .action(async (name, { local, ...options }) =>
    local
      ? (await import('./commands/node-program.ts')).nodeProgram('doctor')
      : (await import('./commands/node-doctor.ts')).nodeDoctor(name, options),
  );

node
  .command('cleanup')
  .description('remove every trace of weft from the network of this host (root)')
  .action(async () => (await import('./commands/node-program.ts')).nodeProgram('cleanup'));

const rollout = program.command('rollout').description('change many nodes in stages, each proven by probes before the next');

rollout
  .command('start')
  .description('begin one and follow it: canaries first, and back again when a node is not as well as before')
  .addOption(new Option('--backend <backend>', 'the service backend they get').choices(['nftables', 'iptables', 'ipvs']))
  .addOption(new Option('--pod-link <link>', 'how pods hang on them').choices(['bridge', 'routed']))
  .addOption(new Option('--strict-arp <onOff>', 'whether links answer ARP only for addresses of their own').choices(['on', 'off']))
  .option('--node <name...>', 'nodes to change; left out: those of --selector, or all')
  .option('--selector <labels>', 'nodes to change, by their labels: rack=1,!old')
  .option('--canary <nodes...>', 'who goes first: names, or how many (default: 1)')
  .option('--max-unavailable <count>', 'how many may be in the middle of it, or not Ready, at a time', wholeNumber(1, 100), 1)
  .option('--soak <seconds>', 'how long each has to stay well before the next', wholeNumber(0, 86_400), 10)
  .addOption(new Option('--on-failure <what>', 'when a node fails').choices(['revert', 'halt']).default('revert'))
  .option('--detach', 'return at once', false)
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/rollout.ts')).startRollout(options));

rollout
  .command('list')
  .description('show all rollouts, oldest first')
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/rollout.ts')).listRollouts(options));

rollout
  .command('show')
  .description('show where each node of a rollout stands, and why it stopped')
  .argument('<id>', 'the rollout, as weft rollout list shows it')
  .addOption(stateOption())
  .action(async (id, options) => (await import('./commands/rollout.ts')).showRollout(id, options));

for (const [order, description] of [
  ['cancel', 'end a rollout where it stands: nodes keep what they have'],
  ['resume', 'go on with a rollout that was halted'],
  ['revert', 'take the change back on every node that has it'],
] as const)
  rollout
    .command(order)
    .description(description)
    .argument('<id>', 'the rollout, as weft rollout list shows it')
    .addOption(stateOption())
    .action(async (id, options) => (await import('./commands/rollout.ts')).orderRollout(order, id, options));

const token = program.command('token').description('make, list and revoke API tokens');

token
  .command('create')
  .description('make a token and print it, this once')
  .argument('<name>', 'who or what will use it')
  .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'operator', 'viewer']).default('viewer'))
  .option('--namespace <name...>', 'namespaces it reaches; left out: everything')
  .option('--days <days>', 'how long it holds', wholeNumber(1, 366), 90)
  .addOption(stateOption())
  .action(async (name, options) => (await import('./commands/token.ts')).createToken(name, options));

token
  .command('list')
  .description('show the tokens that are not revoked')
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/token.ts')).listTokens(options));

token
  .command('revoke')
  .description('end a token at once')
  .argument('<name-or-id>', 'the token, as weft token list shows it')
  .addOption(stateOption())
  .action(async (nameOrId, options) => (await import('./commands/token.ts')).revokeToken(nameOrId, options));

const audit = program
  .command('audit')
  .description('look at what was recorded, take it elsewhere, and find out whether somebody tampered with it');

const STREAMS = ['events', 'receipts'] as const;

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
  .addOption(new Option('-o, --output <format>', 'how to print them').choices(['text', 'json']).default('text'))
  .addHelpText('after', '\nweft audit list receipts --outcome failed --since 2026-11-21T08:00:00Z')
  .action(async (stream, options) => (await import('./commands/audit.ts')).listRecords(stream, options));

readingRecords('export', 'write all records to standard output, one JSON object a line')
  .addHelpText('after', '\nweft audit export events --actor ci > events.ndjson')
  .action(async (stream, options) => (await import('./commands/audit.ts')).exportRecords(stream, options));

audit
  .command('checkpoint')
  .description('sign where the records end now and print it: keep it where nobody of this fleet can write')
  .addOption(stateOption())
  .addHelpText('after', '\nweft audit checkpoint > /media/elsewhere/checkpoint.json')
  .action(async (options) => (await import('./commands/audit.ts')).makeCheckpoint(options));

audit
  .command('verify')
  .description('find what was edited, deleted, cut off, written anew or forged since it was recorded')
  .option('--checkpoint <file...>', 'checkpoints that were kept elsewhere: what lies before them cannot have been written anew unseen')
  .option('--public-key <key...>', 'further keys whose checkpoints are to be believed, after the key was replaced')
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .addHelpText(
    'after',
    '\nweft audit verify --checkpoint /media/elsewhere/checkpoint.json\nThe exit status is 0 when nothing is found, else 1.',
  )
  .action(async (options) => (await import('./commands/audit-verify.ts')).verifyAudit(options));

program
  .command('whoami')
  .description('show who your token stands for and what it can do')
  .addOption(stateOption())
  .action(async (options) => (await import('./commands/whoami.ts')).whoami(options));

program
  .command('reach')
  .description('say what becomes of a connection: every route, rule and translation there, and the way back')
  .argument('<from>', 'pod/<namespace>/<name>, node/<name>, or <address>@<node> for somebody outside')
  .argument('<to>', 'service/<namespace>/<name>:<port>, pod/…:<port>, node/…:<port> or <address>:<port>')
  .option('--live', 'by what is in the kernels of the nodes on the way, instead of what is to be there', false)
  .addOption(new Option('--protocol <protocol>', 'what the connection is of').choices(['TCP', 'UDP', 'SCTP']).default('TCP'))
  .option('--rules', 'show every rule that the packet meets, not only those that do something to it', false)
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .addHelpText('after', '\nweft reach pod/shop/basket service/shop/web:80\nThe exit status is 0 when it is reachable, else 1.')
  .action(async (from, to, options) => (await import('./commands/reach.ts')).reach(from, to, options));

const fileOption = () =>
  new Option(
    '-f, --file <file...>',
    'YAML or JSON files of documents, each with a kind: namespace, service, pod or endpoint; - is standard input',
  ).makeOptionMandatory();

program
  .command('plan')
  .description('show what applying documents would do, down to the rules of every node, and change nothing')
  .addOption(fileOption())
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .addHelpText('after', '\nExample: weft plan -f shop.yaml')
  .action(async (options) => (await import('./commands/plan.ts')).plan(options));

program
  .command('diff')
  .description('print in what the fleet is otherwise than documents say; ends with 0 for nothing, 1 for something, 2 in trouble')
  .addOption(fileOption())
  .addOption(stateOption())
  .addHelpText('after', '\nExample: weft diff -f shop.yaml || echo "shop is not as it should be"')
  .action(async (options) => (await import('./commands/diff.ts')).diff(options));

program
  .command('apply')
  .description('make objects what documents say of them, all or none: exactly what a plan showed')
  .addOption(fileOption())
  .option('--plan-token <token>', 'of a plan that was looked at (weft plan): do exactly that, or nothing')
  .option('--yes', 'plan, and apply the plan without asking', false)
  .option('--wait <seconds>', 'until every ready node has applied it, at most so long', wholeNumber(1, 60))
  .addOption(stateOption())
  .addHelpText('after', '\nExample: weft apply -f shop.yaml --yes --wait 10')
  .action(async (options) => (await import('./commands/apply.ts')).apply(options));

program
  .command('blame')
  .description('show what is in the kernel of a node now, with revision, time, actor and object of each thing in the margin')
  .argument('<node>', 'node/<name>')
  .option('--kind <kind>', 'only things of this kind: nft-rule, nft-element, iptables-rule, ipvs-service, route, link, …')
  .option('--owner <object>', 'only what is for it: service/<namespace>/<name>, pod/<namespace>/<name>, node/<name> or cluster')
  .option('--match <text>', 'only what has this text in its place, key or text')
  .option('--foreign', 'only what is not ours', false)
  .addOption(new Option('-o, --output <format>', 'how to print it; json: an object on each line').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .addHelpText(
    'after',
    '\nweft blame node/node-1 --kind nft-rule --match web\nIn the margin: ! somebody else changed it, - it is missing, ? it is not ours, ~ it is draining.',
  )
  .action(async (name, options) => (await import('./commands/blame.ts')).blame(name, options));

program
  .command('explain')
  .description(
    'say why a thing is in the kernel of a node: for what, who asked for it, since when, who changed it; or what a service has there',
  )
  .argument('<target>', 'node/<name>, or service/<namespace>/<name> for all that it has on all nodes')
  .argument('[line]', 'a line as nft list, iptables-save, ipvsadm -S -n, ipset save, ip or bridge print it, or a part of one')
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .addHelpText(
    'after',
    "\nweft explain node/node-1 '-A WEFT-SERVICES -m comment …'\nweft explain service/shop/web\nThe exit status is 1 when nothing is found.",
  )
  .action(async (target, line, options) => (await import('./commands/explain.ts')).explain(target, line, options));

program
  .command('trace')
  .description('follow a packet over the nodes that it crosses: one that is sent, or one that comes by itself')
  .argument('<from>', 'pod/<namespace>/<name>, node/<name>, or <address>@<node> for an address outside whose packets come to that node')
  .argument('<to>', 'service/<namespace>/<name>:<port>, pod/…:<port>, node/<name>:<port> or <address>:<port>')
  .addOption(new Option('--protocol <protocol>', 'of the packet').choices(['TCP', 'UDP']).default('TCP'))
  .option('--live', 'send nothing: wait for a packet that comes by itself', false)
  .option('--dropped', 'wait for one that goes no further', false)
  .option('--seconds <seconds>', 'how long to wait', wholeNumber(1, 60), 10)
  .option('--rules', 'show every rule that it met, not only those that did something to it', false)
  .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .addOption(stateOption())
  .addHelpText('after', '\nweft trace pod/shop/basket service/shop/web:80\nThe exit status is 0 when it arrived, else 1.')
  .action(async (from, to, options) => (await import('./commands/trace.ts')).trace(from, to, options));

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
  .addHelpText('after', "\nweft capture service/shop/web --filter 'tcp port 8080' --count 100 > web.pcap")
  .action(async (what, options) => (await import('./commands/capture.ts')).capture(what, options));

addHistoryCommands(program);

program
  .command('bench')
  .description('measure the running fleet: each number with its floor and its peer')
  .addArgument(new Argument('[area]', 'which benchmark of the folder bench').default('convergence'))
  .option('--json', 'print one JSON object for each number', false)
  .addOption(stateOption())
  .action(async (area, options) => (await import('./commands/bench.ts')).bench(area, options));

program
  .command(SUPERVISE, { hidden: true })
  .argument('<order>')
  .action(async (order) => (await import('./fleet/background.ts')).runInBackground(order));

/** Errors whose message is all that the person at the terminal needs. */
const EXPECTED = new Set(['UserError', 'InterruptedError', 'ApiError', 'EmbeddedServerError', 'TrustError']);

/** The one sentence that an error comes to; null: it is a mistake of ours, and its stack is needed. */
async function sentence(error: unknown): Promise<string | null> {
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return `${path} belongs to another user: run this as its owner`;
  // Whether nothing listens, a name is not known or an authority not trusted is in its causes.
  if (error.name === 'ConnectionError') return (await import('@weft/telemetry')).errorChain(error);
  return EXPECTED.has(error.name) ? error.message : null;
}

try {
  await program.parseAsync();
} catch (error) {
  const said = await sentence(error);
  console.error(said === null ? error : `weft: ${said}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
