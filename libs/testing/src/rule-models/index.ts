export { applyIptables } from './iptables-model.ts';
export { applyNft } from './nft-model.ts';
