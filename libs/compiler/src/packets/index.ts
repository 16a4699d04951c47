export { type FollowedConfig, follower } from './follow.ts';
export { KnownObjects } from './known-objects.ts';
export type { Landing, Packet, PacketNode, RuleMatch } from './packet.ts';
