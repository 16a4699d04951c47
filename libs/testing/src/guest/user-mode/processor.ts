/**
 * The processor that a guest keeps to, of those that its starter may use: the last, as others are given the first ones more often. The guest's kernel and each of
 * its processes take turns, several times in a system call, and on two processors each turn wakes the other one up: on one a process starts three to five
 * times as fast.
 *
 * @param status what is in /proc/self/status (proc_pid_status(5), Cpus_allowed_list)
 */
export function guestProcessor(status: string): string {
  const last = /^Cpus_allowed_list:.*?(\d+)$/m.exec(status)?.[1];
  if (last === undefined) throw new Error('/proc/self/status names no processor');
  return last;
}
