import { z } from 'zod';

/** Names what was begun on a node, for those who go on asking for it. Whoever begins it makes it up, long enough that nobody guesses it. */
export const SessionName = z.string().regex(/^[0-9a-z]{16,40}$/);
