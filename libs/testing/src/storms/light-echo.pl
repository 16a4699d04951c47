# `light-echo.pl IDENTITY PROTOCOL PORT [SECONDS]`: answers over TCP or SCTP (tcp, sctp) who it is and whom it sees, as the echo server does; with seconds, each time behind
# a segment out of place, when something has come of it, or nothing for so long. Prints a line when it listens, and ends with its standard input.
use strict;
use warnings;
use Socket;
use Time::HiRes qw(time);
require(($0 =~ s|[^/]*$||r) . 'stray.pl') if @ARGV > 3;

my ($identity, $protocol, $port, $strays) = @ARGV;
my %NUMBER = (tcp => 6, sctp => 132);

# How long a server waits, in seconds, for what a segment out of place brings back: a reset, an acknowledgement of what its end expects, or nothing where it is dropped
# on its way.
my $ECHO_S = $strays;
my $TCP_INFO = 11;

# Segments that came over a connection so far: tcpi_segs_in of TCP_INFO (linux/tcp.h).
sub segments_in {
    return unpack('x140 L', getsockopt($_[0], $NUMBER{tcp}, $TCP_INFO));
}

sub await_echo {
    my ($socket, $before) = @_;
    my $until = time + $ECHO_S;
    while (time < $until && segments_in($socket) == $before) {
        vec(my $reset = '', fileno($socket), 1) = 1;
        last if select($reset, undef, undef, 0.02);
    }
}

socket(my $server, PF_INET, SOCK_STREAM, $NUMBER{$protocol}) or die "$protocol socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
bind($server, pack_sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
listen($server, SOMAXCONN) or die "listen: $!";
$| = 1;
print "listening\n";

my %open;    # by file number: {socket, source}
my $watched = '';
vec($watched, $_, 1) = 1 for 0, fileno($server);
while (1) {
    select(my $readable = $watched, undef, undef, undef);
    last if vec($readable, 0, 1);
    if (vec($readable, fileno($server), 1) && (my $from = accept(my $socket, $server))) {
        my (undef, $source) = unpack_sockaddr_in($from);
        $open{ fileno($socket) } = { socket => $socket, source => inet_ntoa($source) };
        vec($watched, fileno($socket), 1) = 1;
    }
    for my $number (grep { vec($readable, $_, 1) } keys %open) {
        my ($socket, $source) = @{ $open{$number} }{qw(socket source)};
        if (sysread($socket, my $asked, 512)) {
            if ($strays) {
                my $before = segments_in($socket);
                Stray::send_beyond($socket);
                await_echo($socket, $before);
            }
            next if syswrite($socket, "$identity $source\n");
        }
        vec($watched, $number, 1) = 0;
        delete $open{$number};
    }
}
