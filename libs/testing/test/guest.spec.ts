import { describe, expect, it } from 'vitest';
import { initScript } from '../src/guest/emulated/init-script.ts';
import { qemuArgv } from '../src/guest/emulated/qemu.ts';
import { jobScript } from '../src/guest/job.ts';
import { initScript as initOfUserMode } from '../src/guest/user-mode/init-script.ts';
import { guestProcessor } from '../src/guest/user-mode/processor.ts';
import { umlArgv } from '../src/guest/user-mode/uml.ts';

describe('the emulator’s command line', () => {
  const argv = qemuArgv({ vmlinuz: '/k/vmlinuz', initrd: '/r/initrd', shares: ['/r/share', '/a,b'] });

  it('has no network card and lets the guest write nothing but its shares', () => {
    expect(argv.join(' ')).toContain('-nic none');
    expect(argv.filter((_word, place) => argv[place - 1] === '-virtfs')).toEqual([
      expect.stringMatching(/^local,path=\/,mount_tag=host,.*readonly=on/),
      expect.stringMatching(/^local,path=\/r\/share,mount_tag=share0,/),
      expect.stringMatching(/^local,path=\/a,,b,mount_tag=share1,/),
    ]);
  });

  it('ends with whoever started it', () => {
    expect(argv.slice(0, 5)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'qemu-system-x86_64']);
  });
});

describe('the command line of user-mode Linux', () => {
  const argv = umlArgv({ linux: '/k/linux', init: '/r/init', processor: '3' });

  it('reads the host’s files and writes none', () => {
    expect(argv.slice(argv.indexOf('/k/linux'))).toEqual(expect.arrayContaining(['rootfstype=hostfs', 'ro', 'init=/r/init']));
  });

  it('ends with whoever started it, and all its processes with it', () => {
    expect(argv.slice(0, 9)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'unshare', '--pid', '--fork', '--kill-child', '--']);
  });

  it.each([
    ['0', '0'],
    ['0-1', '1'],
    ['0,2-5', '5'],
    ['0-3,10', '10'],
  ])('keeps to the last processor of %s', (allowed, processor) => {
    expect(guestProcessor(`Threads:\t1\nCpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\nMems_allowed_list:\t0-7\n`)).toBe(processor);
    expect(argv.slice(argv.indexOf('taskset'), argv.indexOf('/k/linux') + 1)).toEqual(['taskset', '--cpu-list', '3', '/k/linux']);
  });

  it('says when it is not told of any', () => {
    expect(() => guestProcessor('Threads:\t1\n')).toThrow('names no processor');
  });
});

describe('the scripts of the guest', () => {
  it('loads modules in their order and mounts what the emulator shares, under the host’s own paths', () => {
    const files = { modules: '/k/lib/modules/6.1', release: '6.1', shares: ['/r/share', '/it’s/here'], first: '/r/share/first' };
    const script = initScript(['virtio.ko', '9p.ko'], files);
    expect(script).toContain('for module in virtio.ko 9p.ko; do');
    expect(script).toMatch(/^mount -t 9p .* share0 '\/root\/r\/share'\nmount -t 9p .* share1 '\/root\/it’s\/here'$/m);
    expect(script).toContain("mount -o bind '/host/k/lib/modules/6.1' /root/lib/modules/6.1\n");
    expect(script.trimEnd().split('\n').at(-1)).toBe("exec switch_root /root /bin/sh '/r/share/first'");
  });

  it('in user mode mounts the shares as they are on the host', () => {
    const script = initOfUserMode({
      modules: '/k/modules/6.1',
      release: '6.1',
      shares: ['/r/share', '/it’s/here'],
      first: '/r/share/first',
    });
    expect(script).toMatch(/^mount -t hostfs -o '\/r\/share' share '\/mnt\/root\/r\/share'\n.*\nmount -t hostfs -o '\/it’s\/here' /m);
    expect(script.trimEnd().split('\n').at(-1)).toBe("exec switch_root /mnt/root /bin/sh '/r/share/first'");
  });

  it('gives a job its words and variables whatever they hold', () => {
    const job = { argv: ['echo', "it's", '$HOME; reboot', ''], cwd: '/a b', env: { KEY: '`x`', NONE: undefined } };
    expect(jobScript(job, '/r/status', { output: '/dev/port' })).toContain(
      "  cd '/a b' && env -i 'KEY=`x`' 'echo' 'it'\\''s' '$HOME; reboot' ''\n  echo $? >'/r/status'\n",
    );
  });
});
