import type { Reference } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

const FIELD_KINDS = ['field', 'float', 'integer', 'string'] as const;

/** `"name"`, `name`, `"name"::tag`, `"name"::field`. */
export function parseReference(cursor: TokenCursor, what: string): Reference {
  const name = cursor.name(what);
  if (!cursor.sign('::')) return { name, kind: null };
  if (cursor.words('tag')) return { name, kind: 'tag' };
  if (FIELD_KINDS.some((kind) => cursor.words(kind))) return { name, kind: 'field' };
  return cursor.fail(`tag or ${FIELD_KINDS.join(', ')}`);
}
