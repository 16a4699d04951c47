import { dirname, join } from 'node:path';
import { bundleOf } from '../repository.ts';
import { backendsOf } from './backends.ts';
import { story } from './chapters.ts';
import { SHELL_PREAMBLE } from './curl.ts';
import type { Stage, StageSetting } from './stage.ts';
import { OUTSIDE_PORT } from './traffic.ts';

/** Plays the whole story on a stage. Throws when something breaks that the rest needs. */
export async function perform(stage: Stage, { print, paint }: Pick<StageSetting, 'print' | 'paint'>): Promise<void> {
  const outside = new AbortController();
  const server = [process.execPath, join(dirname(bundleOf('node-executor')), 'echo-server.mjs'), '--identity', 'outside/client'];
  const serving = stage.inPlace('client', [...server, '--tcp', `${OUTSIDE_PORT}`], { signal: outside.signal, timeoutMs: 0 });
  try {
    print('');
    stage.tell('The commands below are what really runs. To paste them: eval "$(./weft env)", and');
    stage.show(SHELL_PREAMBLE);
    for (const [index, chapter] of story(backendsOf([...stage.nodes.values()])).entries()) {
      print(paint('bold', `\n${index + 1}. ${chapter.title}`));
      stage.tell(chapter.says);
      await chapter.play(stage);
    }
  } finally {
    outside.abort();
    await serving;
  }
}
