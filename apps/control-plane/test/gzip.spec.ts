import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { acceptsGzip, compressed, stored } from '../src/http/gzip.ts';

it('makes members of one gzip file, stored or compressed, of any length', async () => {
  const texts = ['', 'short', 'x'.repeat(65_535), 'y'.repeat(65_536), 'é'.repeat(200_000)].map((text) => Buffer.from(text));
  const members = [...texts.map(stored), ...(await Promise.all(texts.map(compressed)))];
  expect(gunzipSync(Buffer.concat(members))).toEqual(Buffer.concat([...texts, ...texts]));
});

it('is for whoever says so', () => {
  const headers = ['gzip', 'br, gzip', 'GZIP;q=0.5', 'deflate, gzip ; q=1.0'];
  expect(headers.filter((header) => !acceptsGzip(header))).toEqual([]);
  const others = [undefined, '', 'br', 'gzip;q=0', 'gzip; q=0.000', 'x-gzipped', 'identity'];
  expect(others.filter((header) => acceptsGzip(header))).toEqual([]);
});
