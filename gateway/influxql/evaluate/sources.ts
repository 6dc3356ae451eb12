import { QueryError } from '../query-error.ts';
import type { Source } from '../syntax/statement.ts';
import type { Context } from './context.ts';

/** Which measurements are meant; none are all. Throws QueryError for another database, and for an expression that is not supported. */
export function matcherOf(
  sources: readonly Source[],
  { database, patterns }: Pick<Context, 'database' | 'patterns'>,
): (name: string) => boolean {
  const tests = sources.map(({ database: asked, name }) => {
    checkDatabase(asked, database);
    if ('is' in name) return (text: string) => text === name.is;
    const pattern = patterns.of(name.matches);
    return (text: string) => pattern.test(text);
  });
  return (name) => tests.length === 0 || tests.some((test) => test(name));
}

export function checkDatabase(asked: string | null, database: string): void {
  if (asked !== null && asked !== database)
    throw new QueryError(`database not found: ${asked} (there is ${database})`);
}
