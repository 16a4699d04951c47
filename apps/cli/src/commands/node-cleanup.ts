import { bundleOf } from '../repository.ts';
import { runProgram } from './run-program.ts';

/** Removes every trace of weft from the network of the host this runs on. */
export const nodeCleanup = (): Promise<void> => runProgram(bundleOf('node-executor'), ['cleanup']);
