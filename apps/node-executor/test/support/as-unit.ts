import { readFileSync } from 'node:fs';

/** What runs a program with the capabilities of a systemd unit: an argv prefix, as `setpriv` of util-linux can do it without systemd. */
export function asUnit(file: string): readonly string[] {
  const capabilities = /^CapabilityBoundingSet=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.split(' ') ?? [];
  if (capabilities.length === 0) throw new Error(`${file} bounds no capabilities`);
  const kept = capabilities.map((name) => `+${name.replace('CAP_', '').toLowerCase()}`);
  return ['setpriv', '--bounding-set', ['-all', ...kept].join(','), '--inh-caps', '-all', '--no-new-privs', '--'];
}
