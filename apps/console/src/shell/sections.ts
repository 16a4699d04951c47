/** A section of the console. */
export interface Section {
  /** Its address below /console. */
  readonly href: string;
  readonly label: string;
}

/** The sections of the console in the order of the bar, by what one comes for. */
export const SECTION_GROUPS: readonly { readonly label: string; readonly sections: readonly Section[] }[] = [
  {
    label: 'What there is',
    sections: [
      { href: '/', label: 'Fleet' },
      { href: '/services', label: 'Services' },
      { href: '/nodes', label: 'Nodes' },
      { href: '/pods', label: 'Pods' },
    ],
  },
  {
    label: 'Packets',
    sections: [
      { href: '/reach', label: 'Reach' },
      { href: '/trace', label: 'Trace' },
      { href: '/capture', label: 'Capture' },
    ],
  },
  {
    label: 'Change',
    sections: [
      { href: '/plan', label: 'Plan' },
      { href: '/rollouts', label: 'Rollouts' },
    ],
  },
  {
    label: 'What happened',
    sections: [
      { href: '/audit', label: 'Audit' },
      { href: '/drift', label: 'Drift' },
      { href: '/history', label: 'History' },
    ],
  },
  {
    label: 'Who may',
    sections: [
      { href: '/join', label: 'Join' },
      { href: '/tokens', label: 'Tokens' },
    ],
  },
];

/** All of them. */
export const SECTIONS: readonly Section[] = SECTION_GROUPS.flatMap(({ sections }) => sections);
