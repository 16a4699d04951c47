import type { Foundations } from './app.ts';
import { createApp } from './app.ts';
import { Captures } from './captures/captures.ts';
import { Convergence } from './changes/convergence.ts';
import { pause } from './clock.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Sweep } from './dispatch/sweep.ts';
import { Exports } from './exports/exports.ts';
import { listen } from './listen.ts';
import { LeaseWatch } from './liveness/lease-watch.ts';
import { Readiness } from './liveness/readiness.ts';
import { Rules } from './past/rules.ts';
import { Plans } from './plans/plans.ts';
import { Rollouts } from './rollouts/rollouts.ts';
import { Sealing } from './sealing/sealing.ts';
import { Traces } from './traces/traces.ts';
import { Revisions } from './watch/revisions.ts';
import { Watches } from './watch/watches.ts';

/** A control plane that is running. */
export interface Running {
  /** Where it answers, such as `http://127.0.0.1:7070`. */
  readonly url: string;
  /** Asks for no more requests, then stops accepting, ends watches and waits, lets requests under way finish, and leaves nothing behind in the background. */
  stop(): Promise<void>;
}

/** Starts the control plane on its foundations, which stay the caller's to close. */
export async function start(foundations: Foundations): Promise<Running> {
  const app = await createApp(foundations);
  await app.get(Revisions).start();
  const listeners = await listen(app, foundations.config, foundations.log).catch(async (error: unknown) => {
    await app.get(Revisions).stop();
    await app.close();
    throw error;
  });
  app.get(Sweep).start();
  app.get(LeaseWatch).start();
  app.get(Sealing).start();
  return {
    url: listeners.url,
    async stop() {
      app.get(Readiness).leave();
      await pause(foundations.config.WEFT_LEAVE_SECONDS * 1000);
      app.get(Watches).stop();
      app.get(Captures).stop();
      app.get(Exports).stop();
      app.get(Convergence).stop();
      const compiled = Promise.all([app.get(Rules).stop(), app.get(Plans).stop()]);
      await listeners.close();
      await Promise.all([app.get(Sweep).stop(), app.get(LeaseWatch).stop(), app.get(Sealing).stop(), app.get(Revisions).stop()]);
      await app.get(Rollouts).stop();
      await app.get(Traces).stop();
      await compiled;
      app.get(Dispatcher).waitForNobody();
      await app.get(Dispatcher).settled();
    },
  };
}
