import { IPSET_PREFIX, type Ipset, type IpsetOp } from '@weft/kernel';
import { FakeRefusal, type FakeState } from './fake-state.ts';

const keyOf = (element: string) => element.split(' ')[0] ?? element;

function need(sets: readonly Ipset[], name: string): Ipset {
  const found = sets.find((set) => set.name === name);
  if (found === undefined) throw new FakeRefusal('ipset v7.17: The set with the given name does not exist');
  return found;
}

function create(sets: readonly Ipset[], set: Omit<Ipset, 'elements'>): readonly Ipset[] {
  const found = sets.find(({ name }) => name === set.name);
  if (found === undefined) return [...sets, { name: set.name, type: set.type, skbinfo: set.skbinfo, elements: [] }];
  if (found.type !== set.type || found.skbinfo !== set.skbinfo)
    throw new FakeRefusal('ipset v7.17: Set cannot be created: set with the same name already exists');
  return sets;
}

/** True while a rule of ours asks the set. */
function asked({ iptables }: FakeState, name: string): boolean {
  const rules = iptables.tables.flatMap(({ chains }) => chains.flatMap((chain) => chain.rules));
  return rules.some((rule) => rule.includes(` ${name} `));
}

function runOp(state: FakeState, op: IpsetOp): readonly Ipset[] {
  const sets = state.ipsets;
  if (op.op === 'create') return create(sets, op.set);
  if (op.op === 'destroy') {
    if (asked(state, op.name)) throw new FakeRefusal('ipset v7.17: Set cannot be destroyed: it is in use by a kernel component');
    return sets.filter(({ name }) => name !== op.name);
  }
  const set = need(sets, op.name);
  const named = new Set(op.elements.map(keyOf));
  const others = set.elements.filter((element) => !named.has(keyOf(element)));
  const elements = op.op === 'add' ? [...others, ...op.elements].sort() : others;
  return sets.map((other) => (other === set ? { ...set, elements } : other));
}

/** What one `ipset -exist restore` makes of a host: it ends at the first line that fails. Throws FakeRefusal. */
export function runIpset(state: FakeState, ops: readonly IpsetOp[]): FakeState {
  let now = state;
  for (const op of ops) now = { ...now, ipsets: runOp(now, op) };
  return now;
}

/** Which sets are ours, ordered by name. */
export function ourIpsets(sets: readonly Ipset[]): Ipset[] {
  return sets.filter(({ name }) => name.startsWith(IPSET_PREFIX)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
