# Questions to echo servers, many at once in one process; for programs that `require` it.
# Perl, and only what comes with every Debian: in an emulated kernel a connection of a Node process costs as much as a hundred of these. Node has no SCTP.
package Questions;
use strict;
use warnings;
use Errno qw(EADDRINUSE EINPROGRESS);
use Socket qw(:DEFAULT SOCK_NONBLOCK);

my $IPPROTO_SCTP = 132;
my %SOCKET = (tcp => [SOCK_STREAM, 0], udp => [SOCK_DGRAM, 0], sctp => [SOCK_STREAM, $IPPROTO_SCTP]);

my $CLOCK_GETTIME = 228;    # on x86-64
my $CLOCK_MONOTONIC = 1;

# Seconds, of a clock that is never set.
sub now {
    my $timespec = pack('qq', 0, 0);
    syscall($CLOCK_GETTIME, $CLOCK_MONOTONIC, $timespec);
    my ($seconds, $nanoseconds) = unpack('qq', $timespec);
    return $seconds + $nanoseconds / 1e9;
}

sub name_of {
    my ($error) = @_;
    local $! = $error;
    for my $name (keys %!) { return $name if $!{$name} }
    return 'failed';
}

my %open;    # by file number: {socket, until, rounds, end}
my ($connecting, $waiting) = ('', '');

sub settle {
    my ($number, $outcome) = @_;
    my $question = delete $open{$number};
    vec($_, $number, 1) = 0 for $connecting, $waiting;
    $question->{end}->($question->{socket}, $outcome);
}

# Where ports of clients begin that this program chooses itself, and how many there are.
my ($FIRST_PORT, $PORTS) = (1024, 64_512);

# So many ports a second are passed over: no program that asks less often takes one again within five minutes, and none one that another left behind.
my $PORTS_A_SECOND = 200;

my $next_port = int(time() * $PORTS_A_SECOND) % $PORTS;

# Binds to a port that nobody on this host has used for minutes. An entry of IPVS that ends takes the connection tracking of whoever has its addresses and ports by
# then (net/netfilter/ipvs/ip_vs_nfct.c, ip_vs_conn_drop_conntrack), and one of a connection that was reset lasts ten seconds, of one that was closed two minutes;
# the kernel gives out a port again at once.
sub bind_fresh {
    my ($socket, $source) = @_;
    until (bind($socket, pack_sockaddr_in($FIRST_PORT + $next_port++ % $PORTS, $source))) {
        $! == EADDRINUSE or die "bind: $!";
    }
}

# Asks `protocol` (tcp, udp, sctp) at `host` and `port`. `end` is given the socket and what came of it: the answer, or the name of the error; ETIMEDOUT when there
# was neither within so many seconds. Where several questions are to be asked over the connection, one after the other, the answer is that to the last. It is asked by
# the address `source` of this host where one is given.
sub ask {
    my ($protocol, $host, $port, $patience_s, $end, $rounds, $source) = @_;
    my ($type, $kind) = @{ $SOCKET{$protocol} };
    socket(my $socket, PF_INET, $type | SOCK_NONBLOCK, $kind) or die "$protocol socket: $!";
    bind_fresh($socket, inet_aton($source // '0.0.0.0'));
    my $number = fileno($socket);
    $open{$number} = { socket => $socket, until => now() + $patience_s, rounds => $rounds // 1, end => $end };
    vec($connecting, $number, 1) = 1;
    settle($number, name_of($!)) if !connect($socket, pack_sockaddr_in($port, inet_aton($host))) && $! != EINPROGRESS;
}

sub connected {
    my ($number) = @_;
    my $error = unpack('i', getsockopt($open{$number}{socket}, SOL_SOCKET, SO_ERROR));
    return settle($number, name_of($error)) if $error;
    vec($connecting, $number, 1) = 0;
    vec($waiting, $number, 1) = 1;
    question($number);
}

sub question {
    my ($number) = @_;
    $open{$number}{rounds}--;
    defined(syswrite($open{$number}{socket}, "?\n")) or settle($number, name_of($!));
}

sub answered {
    my ($number) = @_;
    my $read = sysread($open{$number}{socket}, my $answer, 512);
    return question($number) if $read && $open{$number}{rounds};
    settle($number, !defined($read) ? name_of($!) : $read > 0 ? $answer =~ s/\s+$//r : 'ECONNCLOSED');
}

# How many have no outcome yet.
sub pending { return scalar keys %open }

# Goes on with what is open, for so many seconds at most. True when standard input has something to read, where that is asked for.
sub turn {
    my ($pause_s, $ask_input) = @_;
    my ($readable, $writable) = ($waiting, $connecting);
    vec($readable, 0, 1) = 1 if $ask_input;
    my $input = 0;
    if (select($readable, $writable, undef, $pause_s) > 0) {
        $input = $ask_input && vec($readable, 0, 1);
        for my $number (keys %open) {
            if (vec($writable, $number, 1)) { connected($number) }
            elsif (vec($readable, $number, 1)) { answered($number) }
        }
    }
    my $now = now();
    settle($_, 'ETIMEDOUT') for grep { $open{$_}{until} < $now } keys %open;
    return $input;
}

1;
