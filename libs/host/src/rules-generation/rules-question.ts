/**
 * A Perl program that prints which boot this is, the cookie of its network namespace, of which no other of this boot has the same, and how many transactions of nftables that has seen. No tool of
 * Debian's prints the last two; Node.js makes no system calls of one's choice, Perl does, and perl-base is on every Debian (nft_base.c: NFT_MSG_GETGEN; socket(7): SO_NETNS_COOKIE, from Linux 5.14).
 * Argument: the number of the system call getsockopt.
 */
export const RULES_QUESTION = `
use strict; use warnings;
my ($getsockopt) = @ARGV;
my ($NETLINK, $RAW, $NETFILTER, $REQUEST) = (16, 3, 12, 1);
my ($NEWGEN, $GETGEN, $GEN_ID) = (10 << 8 | 15, 10 << 8 | 16, 1);
my ($SOCKET, $NETNS_COOKIE) = (1, 71);
open my $file, '<', '/proc/sys/kernel/random/boot_id' or die "$!\\n";
chomp(my $boot = <$file>);
socket my $kernel, $NETLINK, $RAW, $NETFILTER or die "$!\\n";
my ($cookie, $bytes) = ("\\0" x 8, pack 'L', 8);
die "$!\\n" if syscall($getsockopt, fileno $kernel, $SOCKET, $NETNS_COOKIE, $cookie, $bytes) < 0;
send $kernel, pack('LSSLLCCn', 20, $GETGEN, $REQUEST, 1, 0, 0, 0, 0), 0 or die "$!\\n";
defined recv $kernel, my $answer, 8192, 0 or die "$!\\n";
my ($length, $type) = unpack 'LS', $answer;
die "no answer\\n" if $type != $NEWGEN;
for (my $at = 20; $at + 4 <= $length;) {
  my ($size, $attribute) = unpack 'SS', substr $answer, $at;
  if ($attribute == $GEN_ID) { print join(' ', $boot, unpack('Q', $cookie), unpack 'N', substr $answer, $at + 4), "\\n"; exit }
  $at += $size + 3 & ~3;
}
die "no generation\\n";
`;
