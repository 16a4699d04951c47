/** A client for benchmarks: bare fetch, so that what is measured is the API and not a library. */
export interface Api {
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
}

/** The API that `weft env` names in the environment. Throws when it names none. */
export function apiFromEnvironment(): Api {
  const { WEFT_URL: url, WEFT_TOKEN: token } = process.env;
  if (!url || !token) throw new Error('WEFT_URL and WEFT_TOKEN are not set: run eval "$(./weft env)" first');
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
