import { describe, expect, it } from 'vitest';
import { qemuArgv } from '../src/guest/qemu.ts';
import { initScript, jobScript } from '../src/guest/scripts.ts';

describe('the emulator’s command line', () => {
  const argv = qemuArgv({ vmlinuz: '/k/vmlinuz', initrd: '/r/initrd', console: '/r/console', shares: ['/r/share', '/a,b'] });

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

describe('the scripts of the guest', () => {
  it('loads modules in their order and mounts what the emulator shares, under the host’s own paths', () => {
    const files = { modules: '/k/lib/modules/6.1', release: '6.1', shares: ['/r/share', '/it’s/here'], first: '/r/share/first' };
    const script = initScript(['virtio.ko', '9p.ko'], files);
    expect(script).toContain('for module in virtio.ko 9p.ko; do');
    expect(script).toMatch(/^mount -t 9p .* share0 '\/root\/r\/share'\nmount -t 9p .* share1 '\/root\/it’s\/here'$/m);
    expect(script).toContain("mount -o bind '/host/k/lib/modules/6.1' /root/lib/modules/6.1\n");
    expect(script.trimEnd().split('\n').at(-1)).toBe("exec switch_root /root /bin/sh '/r/share/first'");
  });

  it('gives a job its words and variables whatever they hold', () => {
    const job = { argv: ['echo', "it's", '$HOME; reboot', ''], cwd: '/a b', env: { KEY: '`x`', NONE: undefined } };
    expect(jobScript(job, '/r/status')).toContain(
      "  cd '/a b' && env -i 'KEY=`x`' 'echo' 'it'\\''s' '$HOME; reboot' ''\n  echo $? >'/r/status'\n",
    );
  });
});
