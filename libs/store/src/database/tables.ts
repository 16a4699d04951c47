import type pg from 'pg';
import type { Prisma } from '../generated/client.ts';
import { queryOf } from './connection.ts';
import { statementOf } from './statement.ts';

/** The tables, inside a transaction or outside of one: Prisma's models, and statements in SQL, which go to the server without passing through Prisma. */
export type Tables = Prisma.TransactionClient;

type Run = (query: pg.QueryConfig) => Promise<pg.QueryResult>;
type Template = TemplateStringsArray | Prisma.Sql;

/** Whoever waits for a statement hears of its failure; for whoever does not, its transaction does. */
const heard = () => undefined;

/** Statements in SQL, in Prisma's words. They are sent when they are called, not when they are waited for. */
function statementsBy(run: Run) {
  const of =
    <T>(read: (result: pg.QueryResult) => T) =>
    (query: Template, ...values: unknown[]): Promise<T> => {
      const sent = async () => read(await run(queryOf(statementOf(query, values))));
      const done = sent();
      done.catch(heard);
      return done;
    };
  return { $queryRaw: of(({ rows }) => rows), $executeRaw: of(({ rowCount }) => rowCount ?? 0) };
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
