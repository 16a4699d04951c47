import type { Command } from 'commander';
import { walk } from '../completion/completed.ts';

/** Commands of kubectl that weft has under another name, or not at all, and what to say instead. */
const WORDS: Readonly<Record<string, string>> = {
  create: 'weft apply -f makes what documents say',
  replace: 'weft apply -f makes what documents say',
  edit: 'weft get <kind> <name> -o yaml > file, change it, weft apply -f file',
  patch: 'weft get <kind> <name> -o yaml > file, change it, weft apply -f file',
  expose: 'weft apply -f takes a document of kind service',
  run: 'weft apply -f takes a document of kind pod',
  scale: 'each pod is a document of its own: weft apply -f',
  drain: 'weft node drain <name>',
  cordon: 'weft node cordon <name>',
  uncordon: 'weft node uncordon <name>',
  logs: 'pods are network namespaces, and what runs in them keeps its own log; weft events tells what happened to them',
  exec: 'on the host: ip netns exec <netns of weft describe pod/<name>>; in a lab: weft lab exec pod/<name> -- <command>',
  'port-forward': 'a service of type NodePort is reached at every node: docs/howto/services.md',
  top: 'weft describe service/<name> shows traffic, /metrics of control plane and executors the rest',
  config: 'weft context',
  'cluster-info': 'weft status',
  version: 'weft --version',
  auth: 'weft whoami, weft token',
};

/** Options that kubectl spells otherwise. There is no dry run but the server's. */
const SPELLINGS: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^--dry-run=server$/, '--dry-run'],
  [/^--filename(?==|$)/, '--file'],
];

/** Arguments with the options of kubectl in our spelling, where they belong to a command of ours that takes them: those of a program that we only start, and what comes after `--`, are for somebody else. */
export function inOurWords(program: Command, args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return args.map((arg, at) => {
    const spelling = at < end ? SPELLINGS.find(([theirs]) => theirs.test(arg)) : undefined;
    if (spelling === undefined) return arg;
    const [theirs, ours] = spelling;
    return walk(program, args.slice(0, at)).command.options.some(({ long }) => long === ours) ? arg.replace(theirs, ours) : arg;
  });
}

/** Whoever types a word of kubectl is told what it is called here. */
export function addKubectlWords(program: Command): void {
  for (const [word, instead] of Object.entries(WORDS))
    program
      .command(word, { hidden: true })
      .argument('[words...]')
      .helpOption(false)
      .allowUnknownOption()
      .action(() => program.error(`error: there is no command ${word}: ${instead}`));
}
