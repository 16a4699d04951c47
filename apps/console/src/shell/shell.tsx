import './shell.css';
import { Button, Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useSession } from '../session/session.tsx';
import { useColorScheme } from './color-scheme.ts';
import { Connection } from './connection.tsx';
import { Search } from './search.tsx';
import { SectionBar } from './section-bar.tsx';

/** After another page was opened, reading goes on at its beginning, for those who hear it too. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  const last = useRef(path);
  useEffect(() => {
    if (last.current !== path) main.current?.focus();
    last.current = path;
  }, [path]);
  return main;
}

/** What stands around every page: where one is, where one can go, whether what is shown is current. */
export function Shell({ children }: { children: ReactNode }) {
  const { caller, leave } = useSession();
  const { scheme, toggle } = useColorScheme();
  const main = useFocusOnNewPage();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <Link href="/" className="brand">
          weft
        </Link>
        <Connection />
        <Button variant="default" size="compact-md" onClick={spotlight.open} rightSection={<Kbd size="xs">Ctrl K</Kbd>}>
          Search
        </Button>
        <Button variant="default" size="compact-md" onClick={toggle}>
          {scheme === 'dark' ? 'Light' : 'Dark'}
        </Button>
        <Button variant="default" size="compact-md" onClick={leave} title={`${caller.name}, ${caller.role}`}>
          Leave
        </Button>
      </header>
      <SectionBar />
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Search />
    </div>
  );
}
