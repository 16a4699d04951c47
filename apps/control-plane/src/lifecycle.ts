import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Foundations } from './app.ts';
import { createApp } from './app.ts';
import { Convergence } from './changes/convergence.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Sweep } from './dispatch/sweep.ts';
import { listen } from './listen.ts';
import { Revisions } from './watch/revisions.ts';
import { Watches } from './watch/watches.ts';

/** A control plane that is running. */
export interface Running {
  readonly app: NestFastifyApplication;
  /** Stops accepting, ends watches and waits, lets requests under way finish, and leaves nothing behind in the background. */
  stop(): Promise<void>;
}

/** Starts the control plane on its foundations, which stay the caller's to close. */
export async function start(foundations: Foundations): Promise<Running> {
  const app = await createApp(foundations);
  await app.get(Revisions).start();
  const listeners = await listen(app, foundations.config.WEFT_LISTEN).catch(async (error: unknown) => {
    await app.get(Revisions).stop();
    await app.close();
    throw error;
  });
  app.get(Sweep).start();
  return {
    app,
    async stop() {
      app.get(Watches).stop();
      app.get(Convergence).stop();
      await Promise.all([listeners.close(), app.close()]);
      await Promise.all([app.get(Sweep).stop(), app.get(Revisions).stop()]);
      await app.get(Dispatcher).settled();
    },
  };
}
