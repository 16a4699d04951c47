/** A client for benchmarks: bare fetch, so that what is measured is the API and not a library. */
export interface Api {
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
}

/** Why a running fleet cannot be measured; null: `weft bench` found one. */
export const fleetLacks = async (): Promise<string | null> =>
  process.env.WEFT_URL && process.env.WEFT_TOKEN ? null : 'no fleet runs: start one with ./weft up --lab 3 --detach';

/** The API that `weft env` names in the environment. Throws when it names none. */
export function apiFromEnvironment(): Api {
  const { WEFT_URL: url, WEFT_TOKEN: token } = process.env;
  if (!url || !token) throw new Error('WEFT_URL and WEFT_TOKEN are not set');
  return {
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
      return answer === '' ? (undefined as never) : JSON.parse(answer);
    },
  };
}
