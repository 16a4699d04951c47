# `storm.pl HOST PORT PER_SECOND`: opens new TCP connections to an echo server, so many a second as long as no more are open than can be answered in time, and asks
# again and again over one that stays open, until its standard input ends. Then prints as JSON `outcomes`, how often each was: `answered`, or the name of the error;
# how many were begun `perSecond`; and what came of the one `kept`: how often it was answered, or the name of the error. An answer within ten seconds counts.
use strict;
use warnings;
use Socket;
require(($0 =~ s|[^/]*$||r) . 'questions.pl');

my ($host, $port, $per_second) = @ARGV;
my $PATIENCE_S = 10;
my $PAUSE_S = 0.02;
my $BETWEEN_S = 0.2;
my $OPEN_MAX = 15;

my %counts;

# Reset: IPVS remembers a connection that was closed for two minutes, one that was reset for ten seconds.
sub reset_connection {
    my ($socket) = @_;
    setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
    close($socket);
}

sub count {
    my ($socket, $outcome) = @_;
    $counts{ $outcome =~ /^E[A-Z]+$/ ? $outcome : 'answered' }++;
    reset_connection($socket);
}

socket(my $stays, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($stays, SOL_SOCKET, $_, pack('qq', $PATIENCE_S, 0)) for SO_RCVTIMEO, SO_SNDTIMEO;
connect($stays, pack_sockaddr_in($port, inet_aton($host))) or die "connect to $host:$port: $!";
my ($answers, $broken) = (0, undef);

sub ask_again {
    my $read = syswrite($stays, "?\n") && sysread($stays, my $answer, 512);
    if ($read) { $answers++ }
    else { $broken //= defined($read) ? 'ECONNCLOSED' : Questions::name_of($!) }
}

# What is written to a connection that was reset is an error like others.
$SIG{PIPE} = 'IGNORE';
$| = 1;
print "blowing\n";
my ($started, $begun) = (Questions::now(), 0);
my ($due, $again) = ($started, $started);
until (Questions::turn($PAUSE_S, 1)) {
    my $now = Questions::now();
    for (; $due < $now && Questions::pending() < $OPEN_MAX; $due += 1 / $per_second) {
        Questions::ask('tcp', $host, $port, $PATIENCE_S, \&count);
        $begun++;
    }
    # What was not begun when it was due is not made up for.
    $due = $now if $due < $now;
    next if $now < $again;
    ask_again();
    $again = $now + $BETWEEN_S;
}
my $reached = $begun / (Questions::now() - $started);
Questions::turn($PAUSE_S, 0) while Questions::pending();
ask_again();
reset_connection($stays);
my $outcomes = join(',', map { "\"$_\":$counts{$_}" } sort keys %counts);
printf "{\"perSecond\":%.1f,\"kept\":%s,\"outcomes\":{%s}}\n", $reached, defined($broken) ? "\"$broken\"" : $answers, $outcomes;
