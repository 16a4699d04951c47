import { expect, test } from 'vitest';
import { nftServiceCounters } from '../../../src/backends/nftables/counters.ts';

const set = (name: string, ...elements: string[]) =>
  `table ip weft {\n\tset ${name} {\n\t\ttype inet_service\n\t\tcounter\n\t\telements = { ${elements.join(',\n\t\t\t     ')} }\n\t}\n}\n`;

test('all ways to a port are one; what is named alike under another protocol is another port', () => {
  const listing = [
    set(
      'service-connections',
      '198.19.0.1 . tcp . 80 counter packets 3 bytes 180 comment "default/web:80"',
      '203.0.113.10 . tcp . 80 counter packets 1 bytes 60 comment "default/web:80"',
      '198.19.0.1 . udp . 80 counter packets 7 bytes 200 comment "default/web:80"',
    ),
    set('node-port-connections', 'tcp . 30080 counter packets 2 bytes 120 comment "default/web:80"'),
    set('service-traffic', '198.19.0.1 . tcp . 80 counter packets 30 bytes 3000 comment "default/web:80"'),
    set('node-port-traffic', 'tcp . 30080 counter packets 12 bytes 1200 comment "default/web:80"'),
    set('somebody-elses', 'tcp . 30080 counter packets 99 bytes 99 comment "default/web:80"'),
  ].join('');
  expect(nftServiceCounters(listing)).toEqual([
    { label: 'default/web:80', protocol: 'tcp', connections: 6, packets: 42, bytes: 4200 },
    { label: 'default/web:80', protocol: 'udp', connections: 7, packets: 0, bytes: 0 },
  ]);
});

test('nothing counted, nothing said', () => {
  expect(nftServiceCounters('table ip weft {\n\tset service-traffic {\n\t\tcounter\n\t}\n}\n')).toEqual([]);
});
