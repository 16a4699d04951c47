/**
 * Names the state that a host's rules of nftables are in, of all tables, those of iptables in its nft variant too: it stays the same until somebody changes any of them, and is another one after
 * that, after a reboot and in another network namespace. What packets put into sets does not count. Null: this kernel cannot say. Never rejects.
 */
export type RulesGeneration = () => Promise<string | null>;
