import { describe, expect, it } from 'vitest';
import { abbreviate } from '../../src/demo/abbreviate.ts';
import { curlCommand, readAnswer, typedCurl } from '../../src/demo/curl.ts';

const post = { method: 'POST', path: '/pods', body: { name: 'a' }, headers: ['Prefer: wait=5'] } as const;

describe('a call of the demo', () => {
  it('keeps the token out of the command line', () => {
    expect(curlCommand('http://api', post)).toContain('@-');
    expect(curlCommand('http://api', post).join(' ')).not.toMatch(/bearer/i);
  });

  it('is printed as it would be typed', () => {
    expect(typedCurl(post)).toEqual([`curl $WEFT_URL/pods -H "$AUTH" -H "$JSON" -H 'Prefer: wait=5' \\`, `  -d '{"name":"a"}'`]);
    expect(typedCurl({ method: 'GET', path: '/receipts?requestId=1' })).toEqual(['curl "$WEFT_URL/receipts?requestId=1" -H "$AUTH"']);
    expect(typedCurl({ method: 'DELETE', path: '/pods/1', headers: ['If-Match: *'] })).toEqual([
      `curl -X DELETE $WEFT_URL/pods/1 -H "$AUTH" -H 'If-Match: *'`,
    ]);
  });

  it('reads status, request id and time behind a body of several lines', () => {
    expect(readAnswer('{"a":\n1}\n201 0.0421 req-1')).toEqual({ status: 201, requestId: 'req-1', ms: 42, body: { a: 1 } });
    expect(readAnswer('\n204 0.001 req-2')).toEqual({ status: 204, requestId: 'req-2', ms: 1, body: null });
    expect(() => readAnswer('nonsense')).toThrow('no status');
  });
});

describe('abbreviate', () => {
  it('shows the fields worth a look, in their order', () => {
    const service = { id: 'svc_1', name: 'web', ports: [{ port: 80, nodePort: 30080 }], status: { phase: 'Programmed' } };
    expect(abbreviate(service)).toBe('{ name: "web", nodePort: 30080, status.phase: "Programmed", … }');
  });

  it('takes anything', () => {
    for (const body of [null, 'text', []]) expect(abbreviate(body)).toBe('{ … }');
    expect(abbreviate({ items: [1, 2] })).toBe('{ items: [ 2 ], … }');
  });
});
