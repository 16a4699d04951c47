import { describe, expect, it } from 'vitest';
import { matchesConntrackFilter, parseUdpEntries, renderUdpDeletions } from '../src/index.ts';

// As conntrack 1.4.7 prints them: answered and not, with accounting, in zones of both kinds, and other protocols.
const LISTING = `udp      17 29 src=10.0.0.2 dst=198.19.0.1 sport=1000 dport=53 [UNREPLIED] src=100.64.1.2 dst=10.0.0.2 sport=5353 dport=1000 mark=0 use=1
udp      17 119 src=10.0.0.3 dst=198.19.0.1 sport=1001 dport=53 packets=4 bytes=240 src=100.64.1.3 dst=192.0.2.1 sport=5353 dport=40001 packets=3 bytes=99 [ASSURED] mark=16384 use=2
udp      17 99 src=10.0.0.8 dst=198.19.0.1 sport=1000 dport=53 zone-orig=6 [UNREPLIED] src=100.64.1.7 dst=10.0.0.8 sport=5353 dport=1000 mark=0 use=1
udp      17 99 src=10.0.0.7 dst=198.19.0.1 sport=1000 dport=53 [UNREPLIED] src=100.64.1.7 dst=10.0.0.7 sport=5353 dport=1000 mark=0 zone=5 use=1
tcp      6 99 ESTABLISHED src=10.0.0.1 dst=198.19.0.1 sport=1000 dport=53 src=100.64.1.1 dst=10.0.0.1 sport=5353 dport=1000 [ASSURED] mark=0 use=1
`;

const answered = {
  original: { source: '10.0.0.3', destination: '198.19.0.1', sourcePort: 1001, destinationPort: 53 },
  reply: { source: '100.64.1.3', destination: '192.0.2.1', sourcePort: 5353, destinationPort: 40001 },
};

describe('a listing of tracked connections', () => {
  it('gives the UDP entries outside zones, both directions', () => {
    const entries = parseUdpEntries(LISTING);
    expect(entries.map(({ original }) => original.source)).toEqual(['10.0.0.2', '10.0.0.3']);
    expect(entries[1]).toEqual(answered);
  });
});

describe('deleting tracked connections', () => {
  const frontend = { destination: '198.19.0.1', destinationPort: 53 };

  it('is one line for each filter, of UDP outside zones only', () => {
    const filters = [
      { ...frontend, reply: null },
      { ...frontend, reply: { source: '100.64.1.3', sourcePort: 5353 } },
    ];
    expect(renderUdpDeletions(filters)).toBe(
      '-D -p udp -w 0 -d 198.19.0.1 --dport 53\n-D -p udp -w 0 -d 198.19.0.1 --dport 53 -r 100.64.1.3 --reply-port-src 5353\n',
    );
  });

  it('refuses an address that would be another option', () => {
    expect(() => renderUdpDeletions([{ ...frontend, destination: '198.19.0.1\n-F', reply: null }])).toThrow(RangeError);
  });

  it.each([
    ['where it was sent', { ...frontend, reply: null }, true],
    ['who answers', { ...frontend, reply: { source: '100.64.1.3', sourcePort: 5353 } }, true],
    ['another port', { ...frontend, destinationPort: 54, reply: null }, false],
    ['another address', { ...frontend, destination: '198.19.0.2', reply: null }, false],
    ['somebody else who answers', { ...frontend, reply: { source: '100.64.1.4', sourcePort: 5353 } }, false],
    ['another port that answers', { ...frontend, reply: { source: '100.64.1.3', sourcePort: 5354 } }, false],
  ])('names entries by %s', (_name, filter, matches) => {
    expect(matchesConntrackFilter(answered, filter)).toBe(matches);
  });
});
