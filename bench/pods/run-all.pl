# Runs commands one after the other, each in a process of its own, and prints the milliseconds that all of them took. It is small, so a fork costs it as little as it can.
# Standard input: for each command a line with the length of its input, its variables and its argv, separated by tabs (variables by commas), and then that input.
use strict;
use warnings;
use Time::HiRes 'time';

my @commands;
while (defined(my $line = <STDIN>)) {
    chomp $line;
    my ($length, $variables, @argv) = split /\t/, $line, -1;
    my $input = '';
    read(STDIN, $input, $length) if $length > 0;
    push @commands, [$variables, \@argv, $input];
}
my $from = time;
for (@commands) {
    my ($variables, $argv, $input) = @$_;
    pipe(my $out, my $in) or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        close $in;
        open(STDIN, '<&', $out) or die "stdin: $!";
        open(STDOUT, '>', '/dev/null') or die "stdout: $!";
        for (grep { $_ ne '' } split /,/, $variables) { my ($name, $value) = split /=/, $_, 2; $ENV{$name} = $value }
        exec { $argv->[0] } @$argv or die "$argv->[0]: $!";
    }
    close $out;
    print $in $input;
    close $in;
    waitpid($pid, 0);
    die "@$argv ended with $?" if $? != 0;
}
printf "%.3f\n", (time - $from) * 1000;
