import { elementBatch, type NftCommand, type NftTable, typesOf } from '@weft/kernel';
import { describe, expect, it } from 'vitest';

const set = (name: string, type: string, flags: string[] = []) => ({ name, type, flags, comment: null, elements: [] });
const map = (name: string, type: string, flags: string[] = []) => ({ name, type, flags, comment: null, elements: {} });

const table: NftTable = {
  family: 'ip',
  name: 'weft',
  sets: [
    set('addresses', 'ipv4_addr'),
    set('ports', 'inet_proto . inet_service'),
    set('ranges', 'ipv4_addr', ['interval']),
    set('marks', 'mark'),
  ],
  maps: [
    map('endpoints', 'ipv4_addr . inet_service : ipv4_addr . inet_service'),
    map('ways', 'inet_service : verdict'),
    map('clients', 'ipv4_addr : ipv4_addr', ['dynamic', 'timeout']),
  ],
  chains: [],
};
const types = typesOf(table);

const batch = (...commands: NftCommand[]) => elementBatch({ tool: 'nft', family: 'ip', table: 'weft', commands, types });

/** Messages of a batch, each as its type, its flags and what follows its head. */
function messages(bytes: Buffer | null): { type: number; flags: number; content: string }[] {
  const found: { type: number; flags: number; content: string }[] = [];
  for (let at = 0; bytes !== null && at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    const content = bytes.subarray(at + 16, at + length).toString('hex');
    found.push({ type: bytes.readUInt16LE(at + 4), flags: bytes.readUInt16LE(at + 6), content });
    at += length;
  }
  return found;
}

describe('elements as messages', () => {
  it('are one batch, whose last message of elements asks for an answer', () => {
    const made = batch(
      { do: 'delete-map-elements', map: 'endpoints', keys: ['198.19.0.1 . 80'] },
      { do: 'add-map-elements', map: 'endpoints', elements: [['198.19.0.1 . 80', '100.64.0.2 . 8080']] },
    );
    expect(messages(made).map(({ type, flags }) => [type, flags])).toEqual([
      [0x10, 1],
      [0xa0e, 1],
      [0xa0c, 0x405],
      [0x11, 1],
    ]);
  });

  it('are keys and data in the byte order of packets, each field in whole words', () => {
    const made = batch({ do: 'add-map-elements', map: 'endpoints', elements: [['198.19.0.1 . 80', '100.64.0.2 . 8080']] });
    const [, { content } = { content: '' }] = messages(made);
    expect(content).toContain('c6130001' + '00500000');
    expect(content).toContain('64400002' + '1f900000');
  });

  it('of one type are not filled up, and verdicts name their chain', () => {
    const made = batch({ do: 'add-map-elements', map: 'ways', elements: [['80', 'goto lots-3']] });
    const [, { content } = { content: '' }] = messages(made);
    expect(content).toContain(`${'0600'}${'0100'}0050${'0000'}`);
    expect(content).toContain(`fffffffc${'0b00'}${'0200'}${Buffer.from('lots-3\0').toString('hex')}`);
  });

  it('keep their comments when they come', () => {
    const key = '198.19.0.1 comment "default/web"';
    const [, come] = messages(batch({ do: 'add-elements', set: 'addresses', elements: [key] }));
    const [, go] = messages(batch({ do: 'delete-elements', set: 'addresses', elements: [key] }));
    const comment = `000c${Buffer.from('default/web\0').toString('hex')}`;
    expect(come?.content).toContain(comment);
    expect(go?.content).not.toContain(comment);
  });

  it('that are many are several messages, as an attribute has a longest length', () => {
    const elements = Array.from({ length: 5_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const made = messages(batch({ do: 'add-elements', set: 'addresses', elements }));
    expect(made.length).toBeGreaterThan(3);
    for (const { content } of made) expect(content.length / 2).toBeLessThan(65_536);
    expect(made.slice(1, -2).map(({ flags }) => flags & 4)).toEqual(made.slice(1, -2).map(() => 0));
    expect(
      made
        .map(({ content }) => content)
        .join('')
        .split('0a00').length,
    ).toBeGreaterThanOrEqual(elements.length);
  });

  it.each<[string, NftCommand]>([
    ['a set with intervals', { do: 'add-elements', set: 'ranges', elements: ['10.0.0.0'] }],
    ['a map that packets put elements in', { do: 'delete-map-elements', map: 'clients', keys: ['10.0.0.0'] }],
    ['a set nobody knows', { do: 'add-elements', set: 'others', elements: ['10.0.0.0'] }],
    ['a type nobody knows', { do: 'add-elements', set: 'marks', elements: ['1'] }],
    ['a range', { do: 'add-elements', set: 'addresses', elements: ['10.0.0.0/8'] }],
    ['an address that is none', { do: 'add-elements', set: 'addresses', elements: ['10.0.0.256'] }],
    ['a port that is none', { do: 'add-map-elements', map: 'ways', elements: [['65536', 'drop']] }],
    ['a protocol by a name nobody knows', { do: 'add-elements', set: 'ports', elements: ['icmp . 1'] }],
    ['a field too few', { do: 'add-elements', set: 'ports', elements: ['tcp'] }],
    ['a verdict nobody knows', { do: 'add-map-elements', map: 'ways', elements: [['80', 'queue']] }],
    ['a verdict with more behind it', { do: 'add-map-elements', map: 'ways', elements: [['80', 'goto c d']] }],
    ['a verdict by a name that all objects know', { do: 'add-map-elements', map: 'ways', elements: [['80', 'constructor']] }],
    ['a protocol by a name that all objects know', { do: 'add-elements', set: 'ports', elements: ['constructor . 1'] }],
    ['a number with zeros before it', { do: 'add-map-elements', map: 'ways', elements: [['010', 'drop']] }],
    ['an address with zeros before it', { do: 'add-elements', set: 'addresses', elements: ['10.0.0.01'] }],
    ['a comment that is too long', { do: 'add-elements', set: 'addresses', elements: [`10.0.0.1 comment "${'c'.repeat(128)}"`] }],
    ['no elements', { do: 'add-elements', set: 'addresses', elements: [] }],
    ['an element of a map without data', { do: 'add-elements', set: 'ways', elements: ['80'] }],
    ['an element of a set with data', { do: 'add-map-elements', map: 'addresses', elements: [['10.0.0.1', 'drop']] }],
    ['anything but elements', { do: 'add-chain', chain: { name: 'c', hook: null } }],
  ])('leave %s to nft', (_what, command) => {
    expect(batch({ do: 'add-elements', set: 'addresses', elements: ['10.0.0.1'] }, command)).toBeNull();
  });

  it('leave what is too long, nothing, and sets of which nothing is known to nft', () => {
    const elements = Array.from({ length: 300_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(batch({ do: 'add-elements', set: 'addresses', elements })).toBeNull();
    expect(batch()).toBeNull();
    const commands = [{ do: 'add-elements', set: 'addresses', elements: ['10.0.0.1'] }] as const;
    expect(elementBatch({ tool: 'nft', family: 'ip', table: 'weft', commands })).toBeNull();
  });
});
