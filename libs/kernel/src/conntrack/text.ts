import { batchText } from '../network/batch-text.ts';
import type { ConntrackFilter } from './entry.ts';

/**
 * The text from which `conntrack -R` deletes UDP entries, and no others: one command for each filter. Each is one dump of the kernel's table, however many
 * entries it names. Entries in conntrack zones are somebody else's.
 */
export function renderUdpDeletions(filters: readonly ConntrackFilter[]): string {
  return batchText(
    filters.map(({ destination, destinationPort, reply }) => {
      const frontend = `-D -p udp -w 0 -d ${destination} --dport ${destinationPort}`;
      return reply === null ? frontend : `${frontend} -r ${reply.source} --reply-port-src ${reply.sourcePort}`;
    }),
  );
}
