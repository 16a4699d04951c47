import type { ReachabilityHop } from '@weft/model';
import type { Reached } from '../../src/index.ts';

const hop = ({ node, steps }: ReachabilityHop) => [
  `    ${node}`,
  ...steps.flatMap(({ kind, hook, text, behind }) => [
    `      ${hook ?? kind}: ${text}`,
    ...behind
      .filter((object) => object.text !== text)
      .map(
        ({ kind: what, key, text: own, owners }) =>
          `        ${what} ${what === 'link' ? key : own}  [${owners.map(({ kind: of, name }) => `${of} ${name}`).join(', ')}]`,
      ),
  ]),
];

/** What is told of a connection, as text to read. */
export function goldenText({ verdict, source, sourcePreserved, paths, notes }: Reached): string {
  return [
    `${verdict}, sent from ${source}, source ${sourcePreserved === null ? 'not seen' : sourcePreserved ? 'preserved' : 'not preserved'}`,
    ...notes.map(({ code, text }) => `note ${code}: ${text}`),
    ...paths.flatMap(({ share, verdict: own, why, destination, source: seen, masqueradedBy, there, back }) => [
      `${Math.round(share * 100)} % to ${destination.ip}:${destination.port}${destination.pod === null ? '' : ` (${destination.pod} on ${destination.node})`}: ${own}${why === null ? '' : `, ${why}`}; seen from ${seen}`,
      ...(masqueradedBy === null
        ? []
        : [`  masqueraded by ${masqueradedBy.node}: ${masqueradedBy.rule.text}; kept by: ${masqueradedBy.remedy ?? 'nothing'}`]),
      '  there',
      ...there.flatMap(hop),
      ...(back.length === 0 ? [] : ['  back', ...back.flatMap(hop)]),
    ]),
    '',
  ].join('\n');
}
