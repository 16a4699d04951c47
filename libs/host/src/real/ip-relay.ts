import type { RelayProgram } from './relay.ts';
import { systemCall } from './system-calls.ts';

const NAME = 'weft-ip';

/**
 * A Perl program that starts `ip -force -batch -`, on the host and inside pods, all that it is told of at once. It reads how many, and of each a line with the network namespace (`.`: the
 * host's) and how many bytes of lines follow for that ip. When all have ended it has said of each, in their order and on standard error, its exit status (`?`: it was killed) and how many
 * bytes follow of what that one said.
 *
 * A process enters a network namespace by one system call. `ip -n` and `ip netns exec` make a mount namespace besides, with copies of all mounts of the host, of which each pod is one, and mount
 * sysfs in it (iproute2, lib/namespace.c: netns_switch): that took half of the time of a pod's network, and more the more pods there are.
 *
 * What it says last is held open by each ip as descriptor 9: who ends this program hears of its end when nothing of it is at work any more. An ip that takes too long is
 * killed by its alarm, which exec(2) leaves as it is. Arguments: the number of the system call setns, and how many seconds an ip has.
 */
const SOURCE = `
use strict; use warnings; use POSIX ();
my ($setns, $seconds) = @ARGV;
my ($NEWNET, $ALARM) = (0x40000000, 14);
$0 = '${NAME}';
$SIG{PIPE} = 'IGNORE';
binmode $_ for *STDIN, *STDERR;
sub enter {
  my ($netns) = @_;
  return if $netns eq '.';
  my $path = "/run/netns/$netns";
  my $file;
  return if open($file, '<', $path) && !syscall($setns, fileno $file, $NEWNET);
  print STDERR "Cannot open network namespace \\"$netns\\": $!\\n";
  POSIX::_exit(1);
}
sub start {
  my ($netns, $lines) = @_;
  pipe my $read, my $feed or die "$!\\n";
  pipe my $said, my $say or die "$!\\n";
  defined(my $pid = fork) or die "$!\\n";
  if (!$pid) {
    POSIX::dup2(fileno $read, 0);
    my $last = POSIX::dup(2);
    POSIX::dup2(fileno $say, 2);
    if ($last != 9) { POSIX::dup2($last, 9); POSIX::close($last) }
    $SIG{PIPE} = 'DEFAULT';
    alarm $seconds;
    enter($netns);
    exec 'ip', '-force', '-batch', '-' or print STDERR "ip: $!\\n";
    POSIX::_exit(127);
  }
  close $read; close $say;
  binmode $_ for $feed, $said;
  print $feed $lines;
  close $feed;
  return [$pid, $said];
}
sub ended {
  my ($pid, $said) = @{$_[0]};
  my $text = do { local $/; <$said> } // '';
  waitpid $pid, 0;
  my $signal = $? & 127;
  $text .= 'ip: ' . ($signal == $ALARM ? "killed after $seconds s" : "killed by signal $signal") . "; part of it may be done\\n" if $signal;
  return ($signal ? '?' : $? >> 8) . ' ' . length($text) . "\\n$text";
}
syswrite STDERR, "ready\\n";
while (defined(my $count = <STDIN>)) {
  my @started;
  for (1 .. $count) {
    my ($netns, $bytes) = split ' ', <STDIN>;
    exit if !defined $bytes || read(STDIN, my ($lines), $bytes) != $bytes;
    push @started, start($netns, $lines);
  }
  my $answer = join '', map { ended($_) } @started;
  for (my $at = 0; $at < length $answer;) { $at += syswrite(STDERR, $answer, length($answer) - $at, $at) // die "$!\\n" }
}
`;

/** The program, with so many seconds for each ip; null: the number of the system call is not known here. */
export function ipRelay(seconds: number): RelayProgram | null {
  const setns = systemCall('setns');
  return setns === null ? null : { name: NAME, source: SOURCE, args: [`${setns}`, `${seconds}`] };
}

/** What ip is to do. */
export interface IpLines {
  /** Inside which pod; null: on the host. */
  readonly netns: string | null;
  readonly input: string;
}

/** What came of it. */
export interface IpAnswer {
  /** Null: it was killed. */
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** The question that the program reads. A network namespace is the name of a file, without spaces in it. */
export function relayQuestion(asked: readonly IpLines[]): string {
  return `${asked.length}\n${asked.map(({ netns, input }) => `${netns ?? '.'} ${Buffer.byteLength(input)}\n${input}`).join('')}`;
}

/** The answers in what it has said so far, as many as are there whole. */
export function relayAnswers(text: string): IpAnswer[] {
  const said = Buffer.from(text);
  const answers: IpAnswer[] = [];
  for (let at = 0; ; ) {
    const end = said.indexOf('\n', at);
    const head = end < 0 ? null : /^(\d+|\?) (\d+)$/.exec(said.toString('latin1', at, end));
    if (head === null) return answers;
    const after = end + 1 + Number(head[2]);
    if (after > said.length) return answers;
    answers.push({ exitCode: head[1] === '?' ? null : Number(head[1]), stderr: said.toString('utf8', end + 1, after) });
    at = after;
  }
}
