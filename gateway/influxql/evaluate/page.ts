import type { Page } from '../syntax/statement.ts';

/** What of them is asked for. */
export const page = <T>(items: readonly T[], { limit, offset }: Page): readonly T[] =>
  items.slice(offset, limit === null ? undefined : offset + limit);
