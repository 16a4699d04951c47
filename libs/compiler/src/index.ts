export * from './backends/backend.ts';
export { BACKENDS } from './backends/index.ts';
