import { useId } from 'react';
import { Link, useLocation } from 'wouter';
import { SECTION_GROUPS, type Section } from './sections.ts';

function SectionLink({ section: { href, label } }: { section: Section }) {
  const [path] = useLocation();
  const isHere = href === '/' ? path === '/' : path.startsWith(href);
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      {label}
    </Link>
  );
}

function SectionGroup({ label, sections }: (typeof SECTION_GROUPS)[number]) {
  const id = useId();
  return (
    <>
      <p id={id}>{label}</p>
      <ul className="plain" aria-labelledby={id}>
        {sections.map((section) => (
          <li key={section.href}>
            <SectionLink section={section} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Where one can go, and where one is. */
export function SectionBar() {
  return (
    <nav aria-label="Sections">
      {SECTION_GROUPS.map((group) => (
        <SectionGroup key={group.label} {...group} />
      ))}
    </nav>
  );
}
