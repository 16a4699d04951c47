/*
 * Lets user-mode Linux start on processors with more registers than it knows of, such as those of AMX. It gives ptrace(2) the registers
 * back as far as it knows them, and the kernel takes all or none (PTRACE_SETREGSET of NT_X86_XSTATE: EFAULT). Loaded before libc
 * (ld.so(8), LD_PRELOAD), this ptrace gives the others with them, as they are. Needs no header: the compiler comes without those of libc.
 */
enum { SYS_PTRACE = 101, PEEKUSER = 3, GETREGSET = 0x4204, SETREGSET = 0x4205, NT_X86_XSTATE = 0x202 };

struct iovec {
	void *base;
	unsigned long length;
};

extern long syscall(long number, ...);
extern void *memcpy(void *to, const void *from, unsigned long length);

static char whole[65536];

static long set_registers(long pid, const struct iovec *known)
{
	struct iovec all = { whole, sizeof whole };

	if (syscall(SYS_PTRACE, GETREGSET, pid, NT_X86_XSTATE, &all) < 0)
		return -1;
	memcpy(whole, known->base, known->length < all.length ? known->length : all.length);
	return syscall(SYS_PTRACE, SETREGSET, pid, NT_X86_XSTATE, &all);
}

long ptrace(long request, long pid, void *address, void *data)
{
	long word;

	if (request == SETREGSET && (long)address == NT_X86_XSTATE)
		return set_registers(pid, data);
	if (request < 1 || request > PEEKUSER)
		return syscall(SYS_PTRACE, request, pid, address, data);
	/* The system call leaves what it peeked behind its last argument, libc returns it. */
	return syscall(SYS_PTRACE, request, pid, address, &word) < 0 ? -1 : word;
}
