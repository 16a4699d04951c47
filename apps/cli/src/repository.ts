import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout or the unpacked release that this program belongs to: the nearest folder above it with the entry script. The same for sources and the bundle. */
export function repositoryRoot(from: string = import.meta.dirname): string {
  if (existsSync(join(from, 'weft')) && existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`there is no weft checkout above ${import.meta.dirname}`);
  return repositoryRoot(parent);
}

/** The bundle of an app. */
export const bundleOf = (app: 'control-plane' | 'node-executor' | 'cli'): string => join(repositoryRoot(), 'apps', app, 'dist', 'main.mjs');
