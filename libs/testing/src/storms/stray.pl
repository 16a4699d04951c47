# Segments out of place: what connection tracking calls invalid. For servers of this folder, which `require` it. Needs root.
package Stray;
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_TCP);

my ($TCP_REPAIR, $TCP_REPAIR_QUEUE, $TCP_QUEUE_SEQ) = (19, 20, 21);
my ($RECEIVED, $SENT) = (1, 2);
my $REPAIR_OFF = -1;    # without a probe of the window
my $IPPROTO_RAW = 255;
my $ACK = 0x10;

# Farther than any window reaches (RFC 7323).
my $BEYOND = 2**30 + 2**29;

socket(my $raw, PF_INET, SOCK_RAW, $IPPROTO_RAW) or die "raw socket: $!";

sub sequence {
    my ($socket, $queue) = @_;
    setsockopt($socket, IPPROTO_TCP, $TCP_REPAIR_QUEUE, pack('i', $queue)) or die "queue: $!";
    return unpack('I', getsockopt($socket, IPPROTO_TCP, $TCP_QUEUE_SEQ));
}

# The Internet checksum (RFC 1071).
sub checksum {
    my $sum = unpack('%32n*', $_[0]);
    $sum = ($sum & 0xffff) + ($sum >> 16) for 1, 2;
    return ~$sum & 0xffff;
}

# Sends what a connection's other end would take for a segment from far ahead: it acknowledges what was received last, so that whoever does not know the
# connection resets it by the number that counts.
sub send_beyond {
    my ($socket) = @_;
    setsockopt($socket, IPPROTO_TCP, $TCP_REPAIR, pack('i', 1)) or die "repair: $!";
    my ($received, $sent) = map { sequence($socket, $_) } $RECEIVED, $SENT;
    setsockopt($socket, IPPROTO_TCP, $TCP_REPAIR, pack('i', $REPAIR_OFF)) or die "no repair: $!";
    my ($port, $own) = unpack_sockaddr_in(getsockname($socket));
    my ($to_port, $to) = unpack_sockaddr_in(getpeername($socket));
    my $segment = sub { pack('nnNNCCnnn', $port, $to_port, ($sent + $BEYOND) % 2**32, $received, 5 << 4, $ACK, 512, $_[0], 0) };
    my $sum = checksum(pack('a4a4xCn', $own, $to, IPPROTO_TCP, length $segment->(0)) . $segment->(0));
    # The kernel fills in length, identification and checksum (raw(7)).
    my $header = pack('CCnnnCCna4a4', 0x45, 0, 0, 0, 0, 64, IPPROTO_TCP, 0, $own, $to);
    defined(send($raw, $header . $segment->($sum), 0, pack_sockaddr_in(0, $to))) or die "send: $!";
}

1;
