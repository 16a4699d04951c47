import { type Apply, Recorder, type Worked } from '../../apps/node-executor/src/dataplane/recorder.ts';

/** Does what there is to do and writes nothing of it down. */
export class Unrecorded extends Recorder {
  override around<T extends Worked>(_apply: Apply, work: () => Promise<T>): Promise<T> {
    return work();
  }
}
