import { openApiText } from '@weft/contract/openapi';
import { previewApp } from '../app.ts';
import { Docs } from '../docs/docs.ts';

/** `openapi`: prints the OpenAPI document as `openapi/weft.json` holds it. Needs no database and no Redis. */
export async function openapi(): Promise<void> {
  process.stdout.write(openApiText(await new Docs(previewApp).document()));
}
