import { type Token, type TokenApi, tokenApi } from '../api/token-api.ts';
import { table } from '../terminal/table.ts';
import { UserError } from '../user-error.ts';

interface Options {
  readonly state?: string;
}

interface CreateOptions extends Options {
  readonly role: Token['role'];
  /** Left out: all of them. */
  readonly namespace?: readonly string[];
  readonly days: number;
}

const DAY_SECONDS = 86_400;

/** What a token reaches, in words. */
const reachOf = ({ namespaces }: Pick<Token, 'namespaces'>) => namespaces?.join(',') ?? 'everything';

/** Makes a token and prints its text, which nobody can ask for again; everything else goes to standard error. */
export async function createToken(name: string, { role, namespace, days, state }: CreateOptions): Promise<void> {
  const api = await tokenApi(state);
  const namespaces = namespace === undefined ? null : [...namespace];
  const made = await api.create({ name, role, namespaces, expiresInSeconds: days * DAY_SECONDS });
  console.error(`${made.id} ${made.name}: ${made.role} of ${reachOf(made)} until ${made.expiresAt}; this is shown once:`);
  console.log(made.token);
}

/** Lines of a list of tokens. */
export function tokenLines(tokens: readonly Token[]): string[] {
  const rows = tokens.map((token) => [
    token.id,
    token.name,
    token.role,
    reachOf(token),
    token.expiresAt ?? 'never',
    token.lastUsedAt ?? 'never',
    token.createdBy ?? '(file)',
  ]);
  return table(['ID', 'NAME', 'ROLE', 'REACHES', 'EXPIRES', 'LAST USED', 'MADE BY'], rows);
}

/** Prints the tokens that are not revoked, without their text. */
export async function listTokens({ state }: Options): Promise<void> {
  const api = await tokenApi(state);
  console.log(tokenLines(await api.list()).join('\n'));
}

/** The id of a token that is given by id or name. Throws UserError when there is none. */
async function idOf(api: TokenApi, nameOrId: string): Promise<string> {
  const found = (await api.list()).find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (found === undefined) throw new UserError(`there is no token ${nameOrId}: weft token list shows those that are not revoked`);
  return found.id;
}

/** Ends a token, which is given by id or name, at once. */
export async function revokeToken(nameOrId: string, { state }: Options): Promise<void> {
  const api = await tokenApi(state);
  const id = await idOf(api, nameOrId);
  await api.revoke(id);
  console.log(`${id} is revoked`);
}
