import { expect, it } from 'vitest';
import { applyOf, documentsIn } from '../../src/written/documents.ts';

it('reads YAML and JSON, several documents in a file, and says where it cannot', async () => {
  const two = [
    { kind: 'namespace', name: 'a' },
    { kind: 'namespace', name: 'b' },
  ];
  expect(await documentsIn('kind: namespace\nname: a\n---\nkind: namespace\nname: b\n', 'f')).toEqual(two);
  expect(await documentsIn(JSON.stringify(two), 'f')).toEqual(two);
  await expect(documentsIn('kind: [', 'shop.yaml')).rejects.toThrow(/^shop\.yaml: .*line 1/s);
  await expect(documentsIn('name: a\n---\njust words\n', 'shop.yaml')).rejects.toThrow(
    'shop.yaml: document 2 is no object but "just words"',
  );
  await expect(documentsIn('# nothing\n', 'shop.yaml')).rejects.toThrow('shop.yaml holds no document');
});

it('tells of what goes only when something does, so that the version before can read it', () => {
  const documents = [{ kind: 'namespace', name: 'a' }];
  const gone = { kind: 'service', namespace: 'a', name: 'old' } as const;
  expect(applyOf(documents)).toEqual({ documents });
  expect(applyOf(documents, [gone])).toEqual({ documents, removed: [gone] });
});
