import { expect, test } from 'vitest';
import { PROBLEMS } from '../src/index.ts';

/** docs/errors.md as the table of problem codes says it must be. */
function errorsPage(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title, retryable }]) => `| \`${code}\` | ${status} | ${title} | ${retryable ? 'yes' : 'no'} |`,
  );
  return `# Errors

Every error answer is \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`requestId\`, \`retryable\` and
\`errors[{pointer, code, message}]\`, where \`pointer\` is an RFC 6901 pointer into the body, or \`query/…\` and \`header/…\` for the rest of the request.
Branch on \`code\`; \`detail\` is for people and may change. This page is generated from \`libs/model/src/problem.ts\`.

| code | status | meaning | may the same request succeed later |
|---|---|---|---|
${rows.join('\n')}
`;
}

test('docs/errors.md lists every problem code', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../../docs/errors.md');
});
