/**
 * A Perl program that asks for an association of SCTP and prints what came of it as send-packet.ts does: Node.js has neither SCTP nor raw sockets, and a kernel may lack SCTP. It sends one INIT
 * (RFC 9260 §3.3.2), whose answer holds no state on the other side, and goes no further. Arguments: source port, address, port, timeout in ms.
 */
export const SEND_INIT = `
use strict; use warnings; use Socket; use Errno;
my ($from, $host, $port, $timeout) = @ARGV;
my ($SCTP, $IP, $RECVERR) = (132, 0, 11);
my ($INIT, $INIT_ACK, $ABORT) = (1, 2, 6);
sub tell_outcome { my ($outcome, $code) = @_; printf qq({"outcome":"%s","code":%s}\\n), $outcome, $code ? qq("$code") : 'null'; exit }
sub failed {
  my ($code) = grep { $!{$_} } qw(ECONNREFUSED ENOPROTOOPT EHOSTUNREACH ENETUNREACH EPERM EACCES EINVAL);
  tell_outcome(($code // '') =~ /REFUSED|NOPROTO/ ? 'refused' : 'unreachable', $code // 'EUNKNOWN');
}
sub crc32c {
  my $sum = 0xffffffff;
  for my $byte (unpack 'C*', $_[0]) { $sum ^= $byte; $sum = $sum & 1 ? $sum >> 1 ^ 0x82f63b78 : $sum >> 1 for 1 .. 8 }
  $sum ^ 0xffffffff;
}
socket my $socket, PF_INET, SOCK_RAW, $SCTP or failed;
setsockopt $socket, $IP, $RECVERR, pack 'i', 1 or failed;
connect $socket, pack_sockaddr_in 0, inet_aton $host or failed;
my $tag = 1 + int rand 0x7fffffff;
my $packet = pack 'nnNNCCnNNnnN', $from, $port, 0, 0, $INIT, 0, 20, $tag, 65536, 1, 1, $tag;
substr($packet, 8, 4) = pack 'V', crc32c $packet;
defined send $socket, $packet, 0 or failed;
for (my $left = $timeout / 1000; $left > 0;) {
  my $ready = '';
  vec($ready, fileno $socket, 1) = 1;
  (my $found, $left) = select $ready, undef, undef, $left;
  last if !$found;
  defined recv $socket, my $answer, 4096, 0 or failed;
  my $at = 4 * (ord($answer) & 15);
  my ($its, $ours, $chunk) = unpack "x$at nnx8C", $answer;
  next if $its != $port || $ours != $from;
  tell_outcome('answered') if $chunk == $INIT_ACK;
  tell_outcome('refused', 'ECONNREFUSED') if $chunk == $ABORT;
}
open my $neighbours, '<', '/proc/net/arp' or tell_outcome('silent');
tell_outcome('unreachable', 'EHOSTUNREACH') if grep { /^\\Q$host\\E\\s+\\S+\\s+0x0\\s/ } <$neighbours>;
tell_outcome('silent');
`;
