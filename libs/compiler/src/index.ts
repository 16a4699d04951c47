export { FragmentConflict } from './assemble.ts';
export * from './backends/backend.ts';
export { BACKENDS } from './backends/index.ts';
export { check, type Finding } from './check/check.ts';
export { compile, UnknownNode } from './compile.ts';
