/** What a handler answers when it is more than a body: headers, and the status when it is not the operation's own. */
export class Reply {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number | null;

  constructor(body: unknown, headers: Readonly<Record<string, string>> = {}, status: number | null = null) {
    this.body = body;
    this.headers = headers;
    this.status = status;
  }
}
