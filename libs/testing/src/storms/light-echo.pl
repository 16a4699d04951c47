# `light-echo.pl IDENTITY PROTOCOL PORT [SECONDS]`: answers over TCP or SCTP (tcp, sctp) who it is, whom it sees, and by which port of theirs; with seconds, each time behind a
# segment out of place, when that has brought a reset, or none for so long. Prints a line when it listens, and ends with its standard input.
use strict;
use warnings;
use Socket;
require(($0 =~ s|[^/]*$||r) . 'stray.pl') if @ARGV > 3;

my ($identity, $protocol, $port, $strays) = @ARGV;
my %NUMBER = (tcp => 6, sctp => 132);

socket(my $server, PF_INET, SOCK_STREAM, $NUMBER{$protocol}) or die "$protocol socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
bind($server, pack_sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
listen($server, SOMAXCONN) or die "listen: $!";
$| = 1;
print "listening\n";

my %open;    # by file number: {socket, source and its port}
my $watched = '';
vec($watched, $_, 1) = 1 for 0, fileno($server);
while (1) {
    select(my $readable = $watched, undef, undef, undef);
    last if vec($readable, 0, 1);
    if (vec($readable, fileno($server), 1) && (my $from = accept(my $socket, $server))) {
        my ($client_port, $source) = unpack_sockaddr_in($from);
        $open{ fileno($socket) } = { socket => $socket, source => inet_ntoa($source) . " $client_port" };
        vec($watched, fileno($socket), 1) = 1;
    }
    for my $number (grep { vec($readable, $_, 1) } keys %open) {
        my ($socket, $source) = @{ $open{$number} }{qw(socket source)};
        if (sysread($socket, my $asked, 512)) {
            if ($strays) {
                Stray::send_beyond($socket);
                # Whoever resets for it has done so before the answer.
                vec(my $reset = '', $number, 1) = 1;
                select($reset, undef, undef, $strays);
            }
            next if syswrite($socket, "$identity $source\n");
        }
        vec($watched, $number, 1) = 0;
        delete $open{$number};
    }
}
