import type pg from 'pg';
import type { Prisma } from '../generated/client.ts';
import { queryOf } from './connection.ts';
import { statementOf } from './statement.ts';

/** The tables, inside a transaction or outside of one: Prisma's models, and statements in SQL, which go to the server without passing through Prisma. */
export type Tables = Prisma.TransactionClient;

type Run = (query: pg.QueryConfig) => Promise<pg.QueryResult>;
type Template = TemplateStringsArray | Prisma.Sql;

/** Statements in SQL, in Prisma's words. */
export function statementsBy(run: Run) {
  return {
    $queryRaw: async (query: Template, ...values: unknown[]) => (await run(queryOf(statementOf(query, values)))).rows,
    $executeRaw: async (query: Template, ...values: unknown[]) => (await run(queryOf(statementOf(query, values)))).rowCount ?? 0,
  };
}

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Models that are asked for when one of their methods is called. */
function laterModel(name: string, get: () => Promise<Tables>): Methods {
  return new Proxy<Methods>(
    {},
    {
      get:
        (_, method: string) =>
        async (...args: unknown[]) => {
          const models = (await get()) as unknown as Record<string, Methods>;
          return models[name]?.[method]?.(...args);
        },
    },
  );
}

/** Tables whose statements `run` carries out, and whose models come when they are needed. */
export function tablesBy(run: Run, models: () => Promise<Tables>): Tables {
  return new Proxy(statementsBy(run) as unknown as Tables, {
    get: (statements, name: string) => Reflect.get(statements, name) ?? laterModel(name, models),
  });
}
