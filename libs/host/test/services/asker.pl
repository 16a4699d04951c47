# Asks echo servers on behalf of a party, as long as its standard input is open. A line in is `protocol host port times rounds patience source held`: asked so often at once,
# so many questions over each connection, with patience in seconds, by this address of the party's (0.0.0.0: its kernel chooses), over connections that stay open (1) or not
# (0). A line out is what came of each, separated by tabs: the answer, or the name of the error; ETIMEDOUT when there was neither in time. `release` closes what stayed open,
# and is answered by a line.
use strict;
use warnings;
require(($0 =~ s|[^/]*$||r) . '../../../testing/src/storms/questions.pl');

my $PAUSE_S = 1;

$| = 1;
my @held;
while (defined(my $line = <STDIN>)) {
    if ($line eq "release\n") {
        close($_) for splice @held;
        print "released\n";
        next;
    }
    my ($protocol, $host, $port, $times, $rounds, $patience, $source, $held) = split ' ', $line;
    my @outcomes;
    my $end = sub {
        my ($socket, $outcome) = @_;
        push @outcomes, $outcome;
        if ($held) { push @held, $socket }
        else       { close($socket) }
    };
    Questions::ask($protocol, $host, $port, $patience, $end, $rounds, $source) for 1 .. $times;
    Questions::turn($PAUSE_S, 0) while Questions::pending();
    print join("\t", @outcomes), "\n";
}
