import { BACKEND_CAPABILITIES, Backend } from '@weft/model';
import { SERVICE_CASES } from './cases/index.ts';
import { casesOf } from './suite-cases.ts';

const HEAD = `# What the backends can do

Generated from the conformance suite (\`libs/host/test/services\`); do not edit. Every ✓ is a case of the suite that is run against that backend with real
packets on a real kernel, every – is something that the backend cannot do: a service that asks for it is refused with \`BackendUnsupported\` as long as a
node of the fleet runs that backend, and so is giving a node that backend while a service asks for it.

The suite runs nftables and iptables (with the nft and the legacy variant of the tools) on three nodes in network namespaces, ipvs on a kernel that has it, and SCTP, for
every backend, on the same.
`;

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The page docs/backends.md. */
export function backendMatrix(): string {
  const backends = Backend.options;
  const passes = new Map(backends.map((backend) => [backend, new Set(casesOf(backend))]));
  const rows = SERVICE_CASES.map((one) =>
    row([one.feature, one.shows, ...backends.map((backend) => (passes.get(backend)?.has(one) ? '✓' : '–'))]),
  );
  const capabilities = backends.map((backend) => `- **${backend}**: ${BACKEND_CAPABILITIES[backend].join(', ')}`);
  return [
    HEAD,
    row(['feature', 'what is shown', ...backends]),
    row(['---', '---', ...backends.map(() => ':-:')]),
    ...rows,
    '',
    '## Capabilities',
    '',
    'What a service can ask for and not every backend can do; everything else all of them can.',
    '',
    ...capabilities,
    '',
  ].join('\n');
}
