/** One request to the API, as the demo makes and prints it. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Further headers, such as `Prefer: wait=30`. */
  readonly headers?: readonly string[];
}

/** The answer of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly requestId: string;
  /** Whole milliseconds from the start of the request to the end of the answer. */
  readonly ms: number;
  readonly body: unknown;
}

/** Prints status, seconds and request id behind the answer's body. */
const TRAILER = '\\n%{http_code} %{time_total} %header{x-request-id}';

/** What has to be in the shell before the printed commands can be pasted. */
export const SHELL_PREAMBLE = ['AUTH="Authorization: Bearer $WEFT_TOKEN"', 'JSON="Content-Type: application/json"'] as const;

/** The command line that makes the call. The token comes through standard input, where `ps` does not show it. */
export const curlCommand = (url: string, call: ApiCall): [string, ...string[]] => [
  'curl',
  ...['--silent', '--show-error', '--max-time', '40', '--request', call.method, `${url}${call.path}`, '--header', '@-'],
  ...['--write-out', TRAILER],
  ...(call.headers ?? []).flatMap((header) => ['--header', header]),
  ...(call.body === undefined ? [] : ['--header', 'Content-Type: application/json', '--data', JSON.stringify(call.body)]),
];

/** The same command as a person would type it. */
export function typedCurl(call: ApiCall): string[] {
  const method = call.method === (call.body === undefined ? 'GET' : 'POST') ? '' : `-X ${call.method} `;
  const headers = (call.headers ?? []).map((header) => ` -H '${header}'`).join('');
  const quotes = /[?&*]/.test(call.path) ? '"' : '';
  const first = `curl ${method}${quotes}$WEFT_URL${call.path}${quotes} -H "$AUTH"${call.body === undefined ? '' : ' -H "$JSON"'}${headers}`;
  return call.body === undefined ? [first] : [`${first} \\`, `  -d '${JSON.stringify(call.body)}'`];
}

/** Reads what curl printed. Throws Error when it is not what TRAILER asks for. */
export function readAnswer(stdout: string): ApiAnswer {
  const at = stdout.lastIndexOf('\n');
  const [status, seconds, requestId = ''] = stdout.slice(at + 1).split(' ');
  if (!/^\d{3}$/.test(status ?? '')) throw new Error(`curl printed no status: ${stdout.slice(0, 200)}`);
  const body = stdout.slice(0, Math.max(at, 0)).trim();
  return { status: Number(status), requestId, ms: Math.round(Number(seconds) * 1000), body: body === '' ? null : JSON.parse(body) };
}
