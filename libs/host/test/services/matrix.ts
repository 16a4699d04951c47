import { BACKEND_CAPABILITIES, Backend } from '@weft/model';
import { SERVICE_CASES } from './cases/index.ts';
import { PROGRAMS } from './programs.ts';
import type { Row } from './row.ts';
import { SHOWN_BESIDE } from './shown-beside.ts';
import { casesOf, titleOf } from './suite-cases.ts';

const HEAD = `# What the backends can do

Generated from the conformance suite (\`libs/host/test/services\`); do not edit. Every ✓ is a case of the suite that is run against that backend with real
packets on a real kernel, or in the second table tests of its own, every – is something that the backend cannot do: a service that asks for it is refused with \`BackendUnsupported\` as long as a
node of the fleet runs that backend, and so is giving a node that backend while a service asks for it. A run of all tests ends with this page held against what has passed in it:
a ✓ that no test has shown fails the run. Each case is also played with its feature taken away, and must notice (\`broken.ts\`).

The suite runs nftables and iptables (with the nft and the legacy variant of the tools) on three nodes in network namespaces, ipvs on a kernel that has it, and SCTP, for
every backend, on the same.
`;

const BESIDE = `
## Shown beside the suite

By tests of their own, on the same kernels.
`;

const CASES: readonly Row[] = SERVICE_CASES.map((one) => ({
  feature: one.feature,
  shows: one.shows,
  shownBy: (backend) =>
    casesOf(backend).includes(one)
      ? PROGRAMS.filter((program) => program.backend === backend).map(({ name }) => `${name} ${titleOf(one)}`)
      : [],
}));

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const table = (rows: readonly Row[]): string[] => [
  line(['feature', 'what is shown', ...Backend.options]),
  line(['---', '---', ...Backend.options.map(() => ':-:')]),
  ...rows.map(({ feature, shows, shownBy }) =>
    line([feature, shows, ...Backend.options.map((backend) => (shownBy(backend).length > 0 ? '✓' : '–'))]),
  ),
];

/** The page docs/backends.md. */
export function backendMatrix(): string {
  const capabilities = Backend.options.map((backend) => `- **${backend}**: ${BACKEND_CAPABILITIES[backend].join(', ')}`);
  return [
    HEAD,
    ...table(CASES),
    BESIDE,
    ...table(SHOWN_BESIDE),
    '',
    '## Capabilities',
    '',
    'What a service can ask for and not every backend can do; everything else all of them can.',
    '',
    ...capabilities,
    '',
  ].join('\n');
}

/** The tests that the page speaks of and that are not among those that passed, given by their full names. */
export function notShown(passed: ReadonlySet<string>): string[] {
  const named = [...CASES, ...SHOWN_BESIDE].flatMap(({ shownBy }) => Backend.options.flatMap(shownBy));
  return [...new Set(named)].filter((test) => !passed.has(test));
}
