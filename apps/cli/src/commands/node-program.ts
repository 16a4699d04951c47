import { bundleOf } from '../repository.ts';
import { runProgram } from './run-program.ts';

/** Has the node's own program do it, on the host this runs on, with this terminal: it knows its arguments and explains them. */
export const nodeProgram = (command: 'join' | 'leave' | 'doctor' | 'cleanup', args: readonly string[] = []): Promise<void> =>
  runProgram(bundleOf('node-executor'), [command, ...args]);
