import type { Page } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

/** LIMIT and OFFSET, or SLIMIT and SOFFSET. 0 is no limit, as InfluxDB has it. */
export function parsePage(cursor: TokenCursor, limitWord: string, offsetWord: string): Page {
  const limit = cursor.words(limitWord) ? cursor.wholeNumber('how many') : 0;
  const offset = cursor.words(offsetWord) ? cursor.wholeNumber('how many') : 0;
  return { limit: limit === 0 ? null : limit, offset };
}
