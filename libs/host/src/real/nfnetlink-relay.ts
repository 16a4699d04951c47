import type { RelayProgram } from './relay.ts';

const NAME = 'weft-nfnetlink';

/**
 * A Perl program that hands batches of netlink messages to the kernel's nf_tables, one a line, in hexadecimal digits, and answers each with a line on standard error: the number of the first error, 0
 * when all of the batch was carried out, or `?` when the kernel said neither. Node.js has no netlink sockets, Perl has, and perl-base is on every Debian.
 *
 * The kernel carries a batch out, and answers it, before the call that sends it returns (nfnetlink_rcv_batch), so that whatever it has to say can be read at once; of an error in the end of a transaction
 * it tells before it acknowledges messages of it, which it does when it has refused others, too: without a word of an error, none may have got lost. Errors come without the messages that they are
 * about, as those are long. Options are those of socket(7) and netlink(7).
 */
const SOURCE = `
use strict; use warnings;
$0 = '${NAME}';
my ($NETLINK, $RAW, $NETFILTER) = (16, 3, 12);
my ($SOCKET, $SNDBUFFORCE, $RCVBUFFORCE, $OPTIONS, $CAP_ACK) = (1, 32, 33, 270, 10);
my ($DONTWAIT, $ERROR, $NO_BUFFERS) = (64, 2, 105);
socket my $kernel, $NETLINK, $RAW, $NETFILTER or die "$!\\n";
setsockopt $kernel, $SOCKET, $_, pack 'i', 4 << 20 or die "$!\\n" for $SNDBUFFORCE, $RCVBUFFORCE;
setsockopt $kernel, $OPTIONS, $CAP_ACK, pack 'i', 1 or die "$!\\n";
sub carried_out {
  defined send $kernel, $_[0], 0 or return $! + 0;
  my ($first, $missed) = ('?', 0);
  while (1) {
    my $said;
    if (!defined recv $kernel, $said, 65536, $DONTWAIT) { last if $! != $NO_BUFFERS; $missed = 1; next }
    for (my $at = 0; $at + 20 <= length $said;) {
      my ($length, $type, $error) = unpack 'LSx10l', substr $said, $at, 20;
      $first = -$error if $type == $ERROR && !($first =~ /[1-9]/);
      $at += $length + 3 & ~3 || last;
    }
  }
  return $missed && !$first ? '?' : $first;
}
syswrite STDERR, "ready\\n";
while (defined(my $line = <STDIN>)) {
  chomp $line;
  syswrite STDERR, carried_out(pack 'H*', $line) . "\\n";
  undef $line;
}
`;

/** The program, as it is kept running. */
export const NFNETLINK_RELAY: RelayProgram = { name: NAME, source: SOURCE, args: [] };
