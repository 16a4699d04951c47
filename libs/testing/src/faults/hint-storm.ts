import { createHintSender } from '@weft/jobs';

/** Hints that nobody with the truth sent, until it is stopped. */
export interface HintStorm {
  readonly sent: () => number;
  stop(): Promise<void>;
}

/** Sends nodes hints of revisions long gone, of ones that do not exist yet, and each twice, as fast as Redis takes them one after the other. */
export function stormOfHints(redisUrl: string, nodes: readonly string[], newest: number): HintStorm {
  const sender = createHintSender({ url: redisUrl });
  let sent = 0;
  let raging = true;
  const revisions = [0, newest + 1_000, 1, newest, newest, 1, newest + 1, 0];
  const storm = (async () => {
    for (let turn = 0; raging; turn += 1) {
      const revision = revisions[turn % revisions.length] ?? 0;
      const hints = nodes.map((node) => sender.hint(node, revision));
      sent += (await Promise.allSettled(hints)).filter(({ status }) => status === 'fulfilled').length;
    }
  })();
  return {
    sent: () => sent,
    async stop() {
      raging = false;
      await storm;
      await sender.close();
    },
  };
}
