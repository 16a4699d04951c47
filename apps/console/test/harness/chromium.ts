import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package puts it. */
const CHROMIUM = '/usr/bin/chromium';

/** Starts a headless Chromium. It sees loopback and nothing else. Throws when there is none: a test that cannot run fails. */
export function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no ${CHROMIUM}: apt-get install --no-install-recommends chromium`);
  return chromium.launch({
    executablePath: CHROMIUM,
    // Root has no user namespace to be put into; every other name than loopback fails to resolve, so that nothing can come from outside.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}
