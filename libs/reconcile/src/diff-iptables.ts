import type { IptablesChange, IptablesRuleset } from '@weft/kernel';
import { canonicalJson } from '@weft/model';

/** One change for each table that differs between what is observed and what is desired; null means nothing of ours. */
export function diffIptables(desired: IptablesRuleset | null, observed: IptablesRuleset | null): IptablesChange[] {
  const names = [...new Set([...(desired?.tables ?? []), ...(observed?.tables ?? [])].map((table) => table.name))];
  return names.flatMap((table): IptablesChange[] => {
    const want = desired?.tables.find(({ name }) => name === table) ?? { chains: [], jumps: [] };
    const have = observed?.tables.find(({ name }) => name === table) ?? { chains: [], jumps: [] };
    if (canonicalJson([want.chains, want.jumps]) === canonicalJson([have.chains, have.jumps])) return [];
    const wanted = new Set(want.chains.map(({ name }) => name));
    return [
      {
        table,
        rewrite: want.chains,
        deleteChains: have.chains.map(({ name }) => name).filter((name) => !wanted.has(name)),
        addJumps: want.jumps.filter((jump) => !have.jumps.some((old) => canonicalJson(old) === canonicalJson(jump))),
        deleteJumps: have.jumps.filter((jump) => !want.jumps.some((now) => canonicalJson(now) === canonicalJson(jump))),
      },
    ];
  });
}
