import type { ReactNode, Ref } from 'react';

interface ScrollerProps {
  /** What is in it, for those who do not see it. */
  readonly label: string;
  readonly children: ReactNode;
  readonly maxHeight?: number | undefined;
  readonly ref?: Ref<HTMLElement>;
}

/** A part of a page that scrolls by itself, with the mouse as with the keyboard. */
export function Scroller({ label, children, maxHeight, ref }: ScrollerProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard (WCAG 2.2 §2.1.1)
    <section className="scroller" ref={ref} tabIndex={0} aria-label={label} style={maxHeight === undefined ? {} : { maxHeight }}>
      {children}
    </section>
  );
}
