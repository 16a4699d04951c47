import { join } from 'node:path';
import { createLogger, type Logger, trustOnly } from '@weft/telemetry';
import { rejoined } from './cleanup/removed.ts';
import type { ExecutorConfig } from './config.ts';
import { sdkControlPlane } from './control-plane/sdk-control-plane.ts';
import { DesiredStore } from './disk/desired-store.ts';
import { writerAt } from './disk/writer.ts';
import { acquireHostLock } from './host/host-lock.ts';
import { realPorts } from './host/real-ports.ts';
import { CredentialFile } from './identity/credential-file.ts';
import { ownMemory } from './memory/process-memory.ts';
import { operate, type Surroundings } from './operate.ts';

/** Long enough that the changes of a deployment are read back together, short enough that nobody has to wait for it. */
const READ_BACK_SOON_MS = 5_000;

const WRITER = writerAt(import.meta.url);

/**
 * Resolves at the first SIGTERM or SIGINT with its name; the second ends the process at once. The listeners stay: execa's own, which is there while a
 * command runs, ends the process when it finds no other.
 */
function askedToStop(): Promise<string> {
  const asked = Promise.withResolvers<string>();
  let before = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (before) process.exit(1);
      before = true;
      asked.resolve(signal);
    });
  return asked.promise;
}

/**
 * `run`: programs this host until it is asked to stop, and leaves the dataplane as it is then. A node that is removed from the fleet leaves nothing behind, and may join anew. Returns the
 * exit code. Throws HostLockedError.
 */
export async function run(config: ExecutorConfig): Promise<number> {
  const stop = askedToStop();
  const log = createLogger('node-executor', config.logLevel);
  const credentialFile = new CredentialFile(config.credentialFile);
  const credential = () => credentialFile.read();
  const hostLock = await acquireHostLock();
  if (config.caFile !== null) trustOnly(config.caFile);
  const begin = () => operate(config, surroundings(config, credentialFile, log), stop);
  let removed = await begin();
  while (removed !== null && (await rejoined({ stateDir: config.stateDir, removed, credential, stop, log }))) removed = await begin();
  await hostLock.release();
  return 0;
}

/** The host this process is on, with its disk and its way to the control plane. */
const surroundings = (config: ExecutorConfig, credentialFile: CredentialFile, log: Logger): Surroundings => ({
  ports: realPorts(config),
  credentialFile,
  controlPlane: (signal) => sdkControlPlane({ url: config.controlPlaneUrl, credential: () => credentialFile.read(), signal }),
  store: new DesiredStore(join(config.stateDir, 'desired'), { writer: WRITER }),
  writer: WRITER,
  readBackSoonMs: READ_BACK_SOON_MS,
  memory: ownMemory(),
  log,
});
