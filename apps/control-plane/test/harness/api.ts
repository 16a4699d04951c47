import { expect } from 'vitest';
import { type Undocumented, undocumented } from './document-check.ts';

/** An answer of the API, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever the answer has
  readonly body: any;
}

export interface Sending {
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, or as it is when it is a text. */
  readonly body?: unknown;
}

/** A body by its content type: a JSON text, a list of them, or any text. */
function read(contentType: string, text: string): unknown {
  if (contentType.includes('ndjson'))
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  return contentType.includes('json') ? JSON.parse(text) : text;
}

/** Sends requests and holds every answer against the OpenAPI document: the committed one, or that of the version that answers. */
export class Api {
  readonly url: string;
  private readonly token: string;
  private readonly undocumented: Undocumented;

  constructor(url: string, token: string, against: Undocumented = undocumented) {
    this.url = url;
    this.token = token;
    this.undocumented = against;
  }

  /** `api.send('POST /services', { body })`. */
  async send(request: string, { token = this.token, headers = {}, body }: Sending = {}): Promise<Answer> {
    const [method = '', path = ''] = request.split(' ');
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, body: read(response.headers.get('content-type') ?? '', text) };
    expect(this.undocumented(method, response.url, response, answer.body)).toEqual([]);
    return answer;
  }

  /** The same, for a request that has to work. */
  async ok(request: string, sending: Sending = {}): Promise<Answer> {
    const answer = await this.send(request, sending);
    if (answer.status >= 300) throw new Error(`${request}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }
}
