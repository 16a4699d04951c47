/** The file that tells what came with each version, the newest first. */
export const CHANGELOG = 'CHANGELOG.md';

/** A version, the day of its newest commit as YYYY-MM-DD, and the first lines of its commits, the newest first. */
export interface Version {
  readonly version: string;
  readonly date: string;
  readonly subjects: readonly string[];
}

const HEAD =
  '# Changes\n\nWhat came with each version, by place, from the first lines of its commits. How to go from one to the next: [upgrade](docs/howto/upgrade.md).\n';

/** A subject is `place: verb …`; several places are one of their own. */
const PLACED = /^([a-z][\w, -]*): (.+)$/;

/** The part of a changelog about one version. */
export function changesOf({ version, date, subjects }: Version): string {
  const placed = subjects.flatMap((subject) => {
    const [, place = '', what = ''] = PLACED.exec(subject) ?? [];
    return place === '' || place === 'release' ? [] : [{ place, what }];
  });
  const byPlace = [...Map.groupBy(placed, ({ place }) => place)].sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = byPlace.map(([place, all]) => `### ${place}\n\n${all.map(({ what }) => `- ${what}`).join('\n')}\n`);
  return `## ${version}, ${date}\n\n${sections.join('\n')}`;
}

/** A changelog with one version more; `before` null: there was none. */
export function changelogWith(before: string | null, version: Version): string {
  const rest = before?.slice(HEAD.length) ?? '';
  return `${HEAD}\n${changesOf(version)}${rest}`;
}
