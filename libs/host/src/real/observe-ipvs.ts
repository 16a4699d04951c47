import { type NodeConfig, ownedServices, parseIpsetSave, parseIpvsSave, withConnections } from '@weft/kernel';
import { CommandError, codeOf } from '../exec.ts';
import type { Runner } from './runner.ts';

type ObservedIpvs = Pick<NodeConfig, 'ipsets' | 'ipvs'>;

/** What a command printed; null where the tool or the kernel's part of it is missing. Throws CommandError for anything else. */
async function readWhereSupported({ run }: Runner, argv: readonly string[]): Promise<string | null> {
  const result = await run(argv);
  if (result.exitCode === 0) return result.stdout;
  if (['unsupported', 'not-found'].includes(codeOf(result.stderr))) return null;
  throw new CommandError(result);
}

/**
 * Our sets, and the virtual services that they name. IPVS is asked only where there is something of ours: asking loads it into the kernel. Of destinations
 * without new connections it is told how many they still have.
 */
export async function observeIpvs(runner: Runner): Promise<ObservedIpvs> {
  const ipsets = parseIpsetSave((await readWhereSupported(runner, ['ipset', 'save'])) ?? '');
  if (ipsets.length === 0) return { ipsets, ipvs: [] };
  const saved = parseIpvsSave((await readWhereSupported(runner, ['ipvsadm', '-S', '-n'])) ?? '');
  const ipvs = ownedServices(saved, ipsets);
  const going = ipvs.some(({ destinations }) => destinations.some(({ weight }) => weight === 0));
  return { ipsets, ipvs: going ? withConnections(ipvs, await runner.read(['ipvsadm', '-L', '-n'])) : ipvs };
}
