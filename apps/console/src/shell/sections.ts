/** The sections of the console in the order of the bar, with their addresses below /console. */
export const SECTIONS = [
  { href: '/', label: 'Fleet' },
  { href: '/services', label: 'Services' },
  { href: '/nodes', label: 'Nodes' },
  { href: '/pods', label: 'Pods' },
  { href: '/plan', label: 'Plan' },
  { href: '/trace', label: 'Trace' },
  { href: '/audit', label: 'Audit' },
  { href: '/join', label: 'Join' },
] as const;
