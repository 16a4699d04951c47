import { canonicalJson, DEFAULT_CONTROL, type NodeControl } from '@weft/model';
import { errorChain, type Logger } from '@weft/telemetry';
import type { ControlFile } from '../disk/control-file.ts';

/** How this node is to be handled: as it was told last, after a restart as well. */
export class Handling {
  readonly #file: ControlFile;
  readonly #log: Logger;
  #control: NodeControl = DEFAULT_CONTROL;
  #kept = true;

  constructor(file: ControlFile, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  get control(): NodeControl {
    return this.#control;
  }

  /** Reads what was kept. */
  async load(): Promise<void> {
    const { control, movedTo } = await this.#file.load();
    if (movedTo !== null)
      this.#log.error({ movedTo }, 'how this node is to be handled cannot be read; going on as if nothing had been said');
    this.#control = control ?? DEFAULT_CONTROL;
  }

  /** Takes in what was told. True: it is otherwise than before. It holds from now on, whether or not it could be kept. */
  async take(control: NodeControl): Promise<boolean> {
    const other = canonicalJson(control) !== canonicalJson(this.#control);
    if (!other && this.#kept) return false;
    this.#control = control;
    if (other)
      this.#log.warn(control, control.frozen ? 'frozen: nothing is changed on this host' : 'how this node is to be handled has changed');
    try {
      await this.#file.keep(control);
      this.#kept = true;
    } catch (error) {
      const said = 'the state directory cannot be written: a restart would forget how this node is to be handled';
      this.#log[this.#kept ? 'error' : 'debug']({ why: errorChain(error) }, said);
      this.#kept = false;
    }
    return other;
  }
}
