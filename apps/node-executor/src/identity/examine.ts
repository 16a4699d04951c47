import { findFacts } from '../host/host.ts';
import { findingLines, findingsOf } from './findings.ts';
import { identityApi } from './identity-api.ts';
import { readSettings, type Settings } from './settings-file.ts';

type Say = (line: string) => void;

/** Where `join` leaves the settings of the executor when nothing else is said. */
const SETTINGS = '/etc/weft/node.env';

/** Settings that are not in the environment come from the file that the executor's unit reads. */
const settings = async (env: NodeJS.ProcessEnv): Promise<Settings> => ({
  ...(await readSettings(SETTINGS)),
  ...Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
});

/** `doctor`: says what this host can do and what keeps it from being a node. Returns the exit code: 1 when something does. Throws NodeAddressError. */
export async function examine(env: NodeJS.ProcessEnv, say: Say): Promise<number> {
  const { WEFT_URL = 'http://192.0.2.1', WEFT_NODE_ADDRESS = null } = await settings(env);
  const [facts, clockAheadMs] = await Promise.all([
    findFacts(WEFT_NODE_ADDRESS, WEFT_URL),
    identityApi(WEFT_URL)
      .clockAhead(Date.now)
      .catch(() => null),
  ]);
  const findings = findingsOf({ facts, poolConflicts: [], tunnelPortConflicts: [], clockAheadMs });
  for (const line of findingLines(findings)) say(line);
  return findings.some(({ weight }) => weight === 'stop') ? 1 : 0;
}
