import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface DocumentedAnswer {
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, unknown>;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Record<string, DocumentedAnswer>;
}

interface Document {
  readonly paths: Record<string, Record<string, DocumentedOperation>>;
}

const readDocument = (file: string | URL): Document => JSON.parse(readFileSync(file, 'utf8'));
const COMMITTED = readDocument(new URL('../../../../openapi/weft.json', import.meta.url));

const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Headers that every HTTP answer may have and no operation has to declare. */
const HTTP_HEADERS = new Set([
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'x-accel-buffering',
  'x-content-type-options',
]);

/**
 * What a document does not say about an answer: status, content type, header or body that it does not have. Answers to paths that are not in the document are not
 * looked at.
 */
export type Undocumented = (method: string, url: string, response: Response, body: unknown) => string[];

function checkAgainst(document: Document): Undocumented {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (target: Ajv2020) => void)(ajv);
  ajv.addSchema(document, 'weft');
  const paths = Object.entries(document.paths).map(([path, methods]) => ({
    path,
    methods,
    pattern: new RegExp(`^(?:/v1)?${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  const validators = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    const known = validators.get(pointer) ?? ajv.compile({ $ref: `weft#${pointer}` });
    validators.set(pointer, known);
    return known;
  };
  return (method, url, response, body) => {
    const { pathname } = new URL(url);
    const found = paths.find(({ pattern }) => pattern.test(pathname));
    const operation = found?.methods[method.toLowerCase()];
    if (found === undefined || operation === undefined) return [];
    const where = `${operation.operationId} ${response.status}`;
    const answer = operation.responses[response.status];
    if (answer === undefined) return [`${where}: the status is not declared`];
    const declared = new Set(Object.keys(answer.headers ?? {}).map((name) => name.toLowerCase()));
    const headers = [...response.headers.keys()].filter((name) => !declared.has(name) && !HTTP_HEADERS.has(name));
    if (headers.length > 0) return [`${where}: headers ${headers.join(', ')} are not declared`];
    const type = response.headers.get('content-type')?.replace(/; charset=utf-8$/, '') ?? null;
    const types = Object.keys(answer.content ?? {});
    if (type === null) return types.length === 0 ? [] : [`${where}: no content, declared is ${types}`];
    if (!types.includes(type)) return [`${where}: content type ${type}, declared is ${types}`];
    if (!type.endsWith('json')) return [];
    const steps = ['paths', found.path, method.toLowerCase(), 'responses', String(response.status), 'content', type, 'schema'];
    const validate = validatorAt(`/${steps.map(escaped).join('/')}`);
    const objects = type.endsWith('ndjson') ? (body as unknown[]) : [body];
    return objects.flatMap((object) =>
      validate(object) ? [] : (validate.errors ?? []).map((error) => `${where}: ${error.instancePath} ${error.message}`),
    );
  };
}

/** Holds an answer against the committed document. */
export const undocumented = checkAgainst(COMMITTED);

/**
 * The same against the document of the version before. What a node pulls is said by the schema, which may know more by now than that version: nodes read over it, and so does
 * this.
 */
export function undocumentedBy(file: string): Undocumented {
  const check = checkAgainst(readDocument(file));
  return (...answer) => check(...answer).filter((one) => !/^nodeAgentDesiredPull 200: .*must NOT have additional properties$/.test(one));
}

/** Every operation of the committed document. */
export const DOCUMENTED = Object.entries(COMMITTED.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    permission: (operation as unknown as { 'x-weft-permission'?: string })['x-weft-permission'] ?? null,
  })),
);
