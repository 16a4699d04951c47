import { connect } from '../api/connect.ts';
import type { Node } from '../api/fleet-api.ts';
import { UserError } from '../user-error.ts';

interface DoctorOptions {
  readonly state?: string;
}

/** What a node's host can do, as its executor said last, and what is wrong with it, in plain words. */
export function doctorLines({ name, status }: Node): string[] {
  const { capabilities: facts, conditions, phase, credentialExpiresAt } = status;
  const wrong = conditions.filter(({ type, status: is }) => (type === 'Ready' ? is !== 'True' : is === 'True'));
  const able =
    facts === null
      ? ['nothing was ever said about its host: start its executor']
      : [
          `kernel ${facts.kernel}, executor ${facts.executorVersion}, address ${facts.address}, MTU ${facts.mtu}`,
          `service backends: ${facts.backends.join(', ') || 'none'}`,
          `pod links: ${facts.podLinks.join(', ') || 'none'}; ways to other nodes: ${facts.overlays.join(', ') || 'none'}`,
          `tools: ${Object.entries(facts.tools)
            .map(([tool, version]) => `${tool} ${version}`)
            .join(', ')}`,
        ];
  const credential = credentialExpiresAt === null ? [] : [`credential good until ${credentialExpiresAt}`];
  return [
    `${name}: ${phase}`,
    ...[...able, ...credential].map((line) => `  ok   ${line}`),
    ...wrong.map(({ reason, message }) => `  !!   ${reason}: ${message}`),
  ];
}

/** Says what the hosts of a fleet can do and what keeps them from it: of one node, or of all. Sets the exit status to 1 when something does. */
export async function nodeDoctor(name: string | undefined, { state }: DoctorOptions): Promise<void> {
  const all = await (await connect(state)).nodes();
  const nodes = name === undefined ? all : all.filter((node) => node.name === name);
  if (name !== undefined && nodes.length === 0) throw new UserError(`there is no node ${name}: weft status lists them`);
  const lines = nodes.flatMap(doctorLines);
  console.log(lines.join('\n'));
  if (lines.some((line) => line.startsWith('  !!'))) process.exitCode = 1;
}
