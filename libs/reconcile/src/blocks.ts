import type { IpsetOp, IpvsOp, Step } from '@weft/kernel';

/**
 * Most lines in one run of ipset or ipvsadm. Either tool makes one request or a few hundred lines a request, so the kernel's locks are free between them; but a run
 * of everything would take longer than a tool is given, and nothing else of this node would be done meanwhile.
 */
const LINES_MAX = 5_000;

/** A list in pieces of some length, in its order. */
function pieces<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) => items.slice(at * length, (at + 1) * length));
}

/** An operation on a set as some of no more than so many lines each. */
function cut(op: IpsetOp): IpsetOp[] {
  return 'elements' in op ? pieces(op.elements, LINES_MAX).map((elements) => ({ ...op, elements })) : [op];
}

const lines = (op: IpsetOp) => ('elements' in op ? op.elements.length : 1);

/** Operations on sets in steps of some thousand lines; none when there is nothing to do. */
export function ipsetSteps(ops: readonly IpsetOp[]): Step[] {
  const steps: { tool: 'ipset'; ops: IpsetOp[] }[] = [];
  let room = 0;
  for (const op of ops.flatMap(cut)) {
    if (lines(op) > room) {
      steps.push({ tool: 'ipset', ops: [] });
      room = LINES_MAX;
    }
    steps.at(-1)?.ops.push(op);
    room -= lines(op);
  }
  return steps;
}

/** Operations on virtual services in steps of some thousand lines; none when there is nothing to do. */
export function ipvsSteps(ops: readonly IpvsOp[]): Step[] {
  return pieces(ops, LINES_MAX).map((some) => ({ tool: 'ipvs', ops: some }));
}
