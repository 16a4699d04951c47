/**
 * A Perl program that loads a program into the kernel and prints what that puts into its queue, in hex, a line each; `ready` before that. Everything that it makes is held by its descriptors, so that
 * the kernel takes it away when it ends, however it ends. Node.js makes no system calls of one's choice; Perl does, and perl-base is on every Debian (bpf(2)).
 * Arguments: the number of the system call, the place in the program for the number of the queue, bytes of a record, the program in hex.
 */
export const DROP_LOADER = `
use strict; use warnings; $| = 1;
my ($call, $place, $bytes, $program) = @ARGV;
my ($MAP_CREATE, $PROG_LOAD, $RAW_TRACEPOINT_OPEN, $TAKE) = (0, 5, 17, 21);
my ($QUEUE, $RECORDS, $RAW_TRACEPOINT) = (22, 256, 17);
sub address { unpack 'Q', pack 'P', $_[0] }
sub bpf { my ($what, $attributes) = @_; $attributes .= "\\0" x (128 - length $attributes); syscall $call, $what, $attributes, 128 }
sub must { my ($number) = @_; die "$!\\n" if $number < 0; $number }
my $queue = must bpf $MAP_CREATE, pack 'L4', $QUEUE, 0, $bytes, $RECORDS;
my $number = unpack 'H8', pack 'L', $queue;
$program =~ s/$place/$number/;
my ($code, $licence, $point) = (pack('H*', $program), "GPL\\0", "kfree_skb\\0");
my $loaded = must bpf $PROG_LOAD, pack 'L2Q2', $RAW_TRACEPOINT, length($code) / 8, address($code), address($licence);
must bpf $RAW_TRACEPOINT_OPEN, pack 'QL', address($point), $loaded;
print "ready\\n";
my $record = "\\0" x $bytes;
while (1) {
  print unpack('H*', $record), "\\n" while bpf($TAKE, pack 'LxxxxQQ', $queue, 0, address($record)) >= 0;
  select undef, undef, undef, 0.05;
}
`;
