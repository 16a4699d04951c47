import { expect, it } from 'vitest';
import { joinArguments, leaveArguments, UsageError } from '../../src/identity/arguments.ts';

it('needs nothing but where the control plane is', () => {
  expect(joinArguments(['--url', 'https://weft.example.net:7070/'])).toEqual({
    url: 'https://weft.example.net:7070',
    token: null,
    tokenFile: null,
    name: undefined,
    address: null,
    caFile: null,
    settingsFile: '/etc/weft/node.env',
    credentialFile: '/etc/weft/node.credential',
    dryRun: false,
  });
  expect(leaveArguments([])).toEqual({ settingsFile: '/etc/weft/node.env', credentialFile: '/etc/weft/node.credential' });
});

it.each([
  [[], '--url is needed'],
  [['--url', 'ftp://x'], '--url is needed'],
  [['--url', 'http://x', '--token', 'a', '--token-file', '/b'], 'cannot both be given'],
  [['--url', 'http://x', '--name', 'Not A Name'], '--name must be a DNS label'],
  [['--url', 'http://x', '--address', '192.0.2.5'], '--address must be'],
  [['--url', 'http://x', '--ca-file', 'here.pem'], '--ca-file must be an absolute path'],
  [['--url', 'http://x', '--credential-file', 'here'], '--credential-file must be an absolute path'],
  [['--url', 'http://x', '--colour', 'red'], "Unknown option '--colour'"],
  [['--url', 'http://x', 'more'], 'Unexpected argument'],
])('refuses %j and says why', (args, message) => {
  expect(() => joinArguments(args)).toThrow(UsageError);
  expect(() => joinArguments(args)).toThrow(message);
});
