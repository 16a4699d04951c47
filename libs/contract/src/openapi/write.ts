import { writeFileSync } from 'node:fs';
import { OPERATIONS } from '../operations.ts';
import { openApiDocument } from './document.ts';
import { openApiText } from './text.ts';

// `npm run openapi`: writes the committed document. Needs no server, no database, no Redis.
writeFileSync(new URL('../../../../openapi/weft.json', import.meta.url), openApiText(openApiDocument(OPERATIONS)));
