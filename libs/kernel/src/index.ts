export * from './iptables.ts';
export * from './keys.ts';
export * from './net.ts';
export * from './nft.ts';
export * from './node-config.ts';
export * from './step.ts';
