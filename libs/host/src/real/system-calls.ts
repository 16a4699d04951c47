/** By processor as Node.js names it (arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h). */
const NUMBERS = {
  bpf: { x64: 321, arm64: 280 },
  getsockopt: { x64: 55, arm64: 209 },
  setns: { x64: 308, arm64: 268 },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<NodeJS.Architecture, number>>>>>;

/** The number by which a Perl program makes a system call for which Perl has no words; null: it is not known on this processor. */
export function systemCall(name: keyof typeof NUMBERS): number | null {
  const numbers: Readonly<Partial<Record<NodeJS.Architecture, number>>> = NUMBERS[name];
  return numbers[process.arch] ?? null;
}
