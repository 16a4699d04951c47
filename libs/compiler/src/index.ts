export { FragmentConflict } from './assemble.ts';
export * from './backends/backend.ts';
export { BACKENDS } from './backends/index.ts';
export {
  NftConflict,
  type NftContribution,
  type NftElement,
  type NftNeed,
  nftTable,
  sameNeed,
} from './backends/nftables/contribution.ts';
export { type NftSurroundings, nftContribution, nftFrame, nftSurroundings } from './backends/nftables/index.ts';
export { check, type Finding } from './check/check.ts';
export { compile, UnknownNode } from './compile.ts';
export { portsOf, type ServicePort } from './services/service-ports.ts';
