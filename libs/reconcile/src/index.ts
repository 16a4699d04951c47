export * from './apply.ts';
export * from './cascade.ts';
export * from './diff.ts';
export * from './diff-iptables.ts';
export * from './diff-nft.ts';
export * from './draining.ts';
export * from './ports.ts';
export * from './with-pods.ts';
