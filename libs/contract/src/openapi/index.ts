export { type OpenApiDocument, openApiDocument } from './document.ts';
export { openApiText } from './text.ts';
