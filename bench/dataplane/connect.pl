# Opens TCP connections one after the other and prints the microseconds that each took, those of one request on a line. A line in is `address port count`; ends with its
# standard input.
# Perl, and only what comes with every Debian: what is measured is a few dozen microseconds, which is less than most runtimes need to begin.
use strict;
use warnings;
use Socket;

my $CLOCK_GETTIME = 228;    # on x86-64
my $CLOCK_MONOTONIC = 1;

sub now {
    my $timespec = pack('qq', 0, 0);
    syscall($CLOCK_GETTIME, $CLOCK_MONOTONIC, $timespec);
    my ($seconds, $nanoseconds) = unpack('qq', $timespec);
    return $seconds * 1e6 + $nanoseconds / 1e3;
}

$| = 1;
while (defined(my $line = <STDIN>)) {
    my ($address, $port, $count) = split ' ', $line;
    my $to = pack_sockaddr_in($port, inet_aton($address));
    my @took;
    for (1 .. $count) {
        socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
        # No TIME_WAIT: thousands of connections to one address would run out of ports.
        setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die "linger: $!";
        my $started = now();
        connect($socket, $to) or die "connect to $address:$port: $!";
        push @took, now() - $started;
        close($socket);
    }
    print join(' ', map { sprintf '%.2f', $_ } @took), "\n";
}
