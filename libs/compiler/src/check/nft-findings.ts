import type { NftTable } from '@weft/kernel';
import { type Finding, findings } from './finding.ts';

const VERDICT_TARGET = /\b(?:jump|goto) ([A-Za-z0-9_.-]+)/g;
const REFERENCE = /@([A-Za-z0-9_.-]+)/g;

const named = (pattern: RegExp, text: string) => Array.from(text.matchAll(pattern), ([, name]) => name ?? '');

/** What is wrong with our nftables table: verdicts that lead nowhere, sets that are not declared. */
export function nftFindings(table: NftTable): Finding[] {
  const rules = table.chains.flatMap(({ name, rules }) => rules.map(({ text }) => ({ where: `chain ${name}`, text })));
  const elements = table.maps.flatMap(({ name, elements }) => Object.values(elements).map((text) => ({ where: `map ${name}`, text })));
  const jumps = [...rules, ...elements].flatMap(({ where, text }) => named(VERDICT_TARGET, text).map((target) => ({ where, target })));
  const references = rules.flatMap(({ where, text }) => named(REFERENCE, text).map((target) => ({ where, target })));
  const chains = new Set(table.chains.map(({ name }) => name));
  const declared = new Set([...table.sets, ...table.maps].map(({ name }) => name));
  return [
    ...findings('ChainMissing', jumps, ({ where, target }) => (chains.has(target) ? null : `${where}: ${target}`)),
    ...findings('SetMissing', references, ({ where, target }) => (declared.has(target) ? null : `${where}: @${target}`)),
  ];
}
