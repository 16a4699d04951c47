import type { Client } from '../api/client.ts';
import { LeanHttp, textOf } from '../hollow/lean-http.ts';

const ANSWER_MS = 60_000;

/** A client for the changes of a storm: who sends them is not to take a tenth of what is measured (lean-http.ts). */
export function leanClient(url: string, token: string): Pick<Client, 'ok'> {
  const { hostname, port } = new URL(url);
  const http = new LeanHttp(hostname, Number(port));
  return {
    ok: (method, path, said, headers) => {
      const body = said === undefined ? undefined : JSON.stringify(said);
      return http.request({ method, path, token, body, headers, withinMs: ANSWER_MS }, (answer) => {
        if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${textOf(answer)}`);
        return JSON.parse(textOf(answer));
      });
    },
  };
}
