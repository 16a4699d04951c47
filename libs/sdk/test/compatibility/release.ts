// Keeps the document as it is now as the one that programs rely on from here on, and forgets what was declared against the one before:
//   node libs/sdk/test/compatibility/release.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { contractOf } from './contract.ts';

const at = (name: string) => new URL(`../../../../openapi/${name}`, import.meta.url);

writeFileSync(at('released.json'), `${JSON.stringify(contractOf(JSON.parse(readFileSync(at('weft.json'), 'utf8'))), null, 1)}\n`);
writeFileSync(at('breaking.json'), '[]\n');
