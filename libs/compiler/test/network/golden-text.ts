import { keyOf, type NodeConfig } from '@weft/kernel';

const lists = Object.keys(keyOf) as (keyof typeof keyOf)[];

/** The network part of a configuration as text: a heading for each list that has something, one object a line. */
export function goldenText(config: NodeConfig): string {
  return lists
    .filter((name) => config[name].length > 0)
    .map((name) => [`# ${name}`, ...config[name].map((item) => JSON.stringify(item)), ''].join('\n'))
    .join('\n');
}
