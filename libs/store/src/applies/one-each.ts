import { type ApplyDocument, type FieldError, ProblemError } from '@weft/model';

/** What the object of a document is told apart by from all others. */
function identityOf(document: ApplyDocument): string {
  if (document.kind === 'namespace') return `namespace ${document.name}`;
  if (document.kind !== 'endpoint') return `${document.kind} ${document.namespace}/${document.name}`;
  const { namespace, service, portName, ip, port } = document;
  return `endpoint ${namespace}/${service}${portName === null ? '' : ` ${portName}`} ${ip}:${port}`;
}

/** Throws ProblemError ValidationFailed that names all documents of objects that have more than one: the last would win, and nobody would see the others. */
export function requireOneEach(documents: readonly ApplyDocument[]): void {
  const places = Map.groupBy(documents.keys(), (at) => identityOf(documents[at] as ApplyDocument));
  const errors = [...places].flatMap(([identity, all]): FieldError[] => {
    if (all.length === 1) return [];
    const message = `documents ${all.map((at) => at + 1).join(' and ')} are both for ${identity}; say it once`;
    return all.map((at) => ({ pointer: `/documents/${at}`, code: 'Duplicate', message }));
  });
  if (errors[0] !== undefined) throw new ProblemError('ValidationFailed', errors[0].message, errors);
}
