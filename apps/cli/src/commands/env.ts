import { findAccess } from '../api/connect.ts';

/** Prints the fleet's address and token as shell exports, for `eval "$(./weft env)"`. */
export async function env(options: { readonly state?: string }): Promise<void> {
  const { url, token } = await findAccess(options.state);
  console.log(`export WEFT_URL=${quote(url)}\nexport WEFT_TOKEN=${quote(token)}`);
}

/** A word that a POSIX shell reads back as it is. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
