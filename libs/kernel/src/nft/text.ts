/**
 * What may stand in a text for nft, so that nothing in a name, element or comment can end a statement and begin another. Everything
 * we write is made of validated labels, addresses and numbers; these checks are the last line, not the first.
 */
const SAFE = {
  /** Identifiers of nft(8) without backslashes; longest name the kernel takes: 255 characters (NFT_NAME_MAXLEN). */
  name: /^[A-Za-z][A-Za-z0-9_.-]{0,254}$/,
  type: /^[a-z0-9_ .:]+$/,
  flag: /^[a-z-]+$/,
  /** Key or data of an element: values joined by ` . `, a verdict, a comment behind a key. */
  element: /^[A-Za-z0-9_./ -]+(?: comment "[A-Za-z0-9 .,:/()>_-]*")?$/,
  /** Expressions of a rule. Strings in it are interface names; what stands in braces is a set of values, or an element that packets put into a set. */
  rule: /^(?:[A-Za-z0-9@.!=&|^/:_ <>-]|"[A-Za-z0-9_.*-]+"|\{ [a-z0-9., :-]+ \})+$/,
  /** Longest comment the kernel keeps for us: 127 characters (NFTNL_UDATA_COMMENT_MAXLEN is 128 with its NUL). */
  comment: /^[A-Za-z0-9 .,:/()>_-]{1,127}$/,
} as const;

/** Kinds of text that go to nft. */
export type NftTextKind = keyof typeof SAFE;

/** True when the text may be written to nft as it is. */
export function isNftText(kind: NftTextKind, text: string): boolean {
  return SAFE[kind].test(text);
}

/** The text itself. Throws RangeError when it may not be written to nft as it is. */
export function nftText(kind: NftTextKind, text: string): string {
  if (!isNftText(kind, text)) throw new RangeError(`not a ${kind} that can be given to nft: ${JSON.stringify(text)}`);
  return text;
}
