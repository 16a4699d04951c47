# Changes rules of its own, a table that comes and goes, until its input ends: once whenever somebody else has changed any since, so that it never keeps him from it, however
# slow he is. Prints as which generation of all rules each of its transactions was committed: the kernel counts everybody's.
use strict;
use warnings;
use Socket;

# From linux/netlink.h, linux/netfilter/nfnetlink.h and linux/netfilter/nf_tables.h.
my ($AF_NETLINK, $NETLINK_NETFILTER) = (16, 12);
my ($NLMSG_ERROR, $BATCH_BEGIN, $BATCH_END) = (0x2, 0x10, 0x11);
my ($NFTABLES, $NEWTABLE, $DELTABLE, $NEWGEN, $GETGEN) = (10, 0xa00, 0xa02, 0xa0f, 0xa10);
my ($REQUEST, $ECHO, $CREATE) = (0x1, 0x8, 0x400);
my ($NFTA_TABLE_NAME, $IPV4) = (1, 2);

my $EVERY_S = 0.001;

my $TABLE = pack('S S Z12', 16, $NFTA_TABLE_NAME, 'bystander');

sub message {
    my ($type, $flags, $family, $resource, $attributes) = @_;
    return pack('L S S L L C C n', 20 + length $attributes, $type, $flags, 0, 0, $family, 0, $resource) . $attributes;
}

socket(my $kernel, $AF_NETLINK, SOCK_RAW, $NETLINK_NETFILTER) or die "socket: $!";

# The generation that the kernel tells of in its answer.
sub generation {
    send($kernel, $_[0], 0, pack('S S L L', $AF_NETLINK, 0, 0, 0)) // die "send: $!";
    while (1) {
        recv($kernel, my $answer, 65_536, 0) // die "recv: $!";
        while (length $answer) {
            my ($length, $type, $word) = unpack('L S x10 l', $answer);
            die "refused: error $word" if $type == $NLMSG_ERROR;
            return unpack('x24 N', $answer) if $type == $NEWGEN;
            substr($answer, 0, ($length + 3) & ~3) = '';
        }
    }
}

# The generation as which one message was committed.
sub commit {
    my ($type, $flags) = @_;
    my $batch = message($BATCH_BEGIN, $REQUEST, 0, $NFTABLES, '') . message($type, $REQUEST | $ECHO | $flags, $IPV4, 0, $TABLE);
    return generation($batch . message($BATCH_END, $REQUEST, 0, $NFTABLES, ''));
}

$| = 1;
my ($is_there, $own) = (0, -1);
vec(my $input = '', fileno(STDIN), 1) = 1;
for (my $over = 0 ; ; $over = select(my $ended = $input, undef, undef, $EVERY_S)) {
    if (generation(message($GETGEN, $REQUEST, 0, 0, '')) != $own) {
        $own = $is_there ? commit($DELTABLE, 0) : commit($NEWTABLE, $CREATE);
        $is_there = !$is_there;
        print "$own\n";
    }
    last if $over;
}
