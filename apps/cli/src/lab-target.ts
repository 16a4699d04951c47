/** A host of the lab, or a pod on one. */
export type LabTarget =
  | { readonly kind: 'host'; readonly name: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string };

const DEFAULT_NAMESPACE = 'default';

/** Reads what `weft lab exec` is pointed at: a host's name, `pod/<name>`, `pod/<namespace>/<name>`, or a pod's name that no host has. */
export function parseTarget(text: string, hosts: readonly string[]): LabTarget {
  const [kind, ...rest] = text.split('/');
  if (rest.length === 0) return hosts.includes(text) ? { kind: 'host', name: text } : pod(text);
  const [first = '', second] = kind === 'pod' ? rest : [kind ?? '', ...rest];
  return second === undefined ? pod(first) : pod(second, first);
}

const pod = (name: string, namespace = DEFAULT_NAMESPACE): LabTarget => ({ kind: 'pod', namespace, name });
