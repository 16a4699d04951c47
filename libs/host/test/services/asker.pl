# Asks echo servers on behalf of a party, as long as its standard input is open. A line in is `protocol host port times rounds patience source`: asked so often at once, so
# many questions over each connection, with patience in seconds, by this address of the party's (0.0.0.0: its kernel chooses). A line out is what came of each, separated
# by tabs: the answer, or the name of the error; ETIMEDOUT when there was neither in time.
use strict;
use warnings;
require(($0 =~ s|[^/]*$||r) . '../../../testing/src/storms/questions.pl');

my $PAUSE_S = 1;

$| = 1;
while (defined(my $line = <STDIN>)) {
    my ($protocol, $host, $port, $times, $rounds, $patience, $source) = split ' ', $line;
    my @outcomes;
    my $end = sub {
        my ($socket, $outcome) = @_;
        push @outcomes, $outcome;
        close($socket);
    };
    Questions::ask($protocol, $host, $port, $patience, $end, $rounds, $source) for 1 .. $times;
    Questions::turn($PAUSE_S, 0) while Questions::pending();
    print join("\t", @outcomes), "\n";
}
