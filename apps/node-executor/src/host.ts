import { fileURLToPath } from 'node:url';
import { RealHost } from '@weft/host';

/** The host this process runs on. The echo server lies beside the bundle this code ends up in. */
export function openHost(): RealHost {
  return new RealHost({ workloadScript: fileURLToPath(new URL('echo-server.mjs', import.meta.url)) });
}
