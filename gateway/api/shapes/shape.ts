import { type Static, type TSchema, Type } from 'typebox';

/** One of a closed list of words. */
export const oneOf = <Word extends string>(words: readonly Word[], about: { description?: string } = {}) =>
  Type.Unsafe<Word>({ type: 'string', enum: [...words], ...about });

/** A number or null: one JSON Schema type, so that long lists are written quickly. */
export const numberOrNull = (about: { description?: string } = {}) =>
  Type.Unsafe<number | null>({ type: ['number', 'null'], ...about });

export const textOrNull = (about: { description?: string } = {}) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...about });

/** An answer's list: what is answered is never changed, so that the model's read-only lists fit. */
export const listOf = <Item extends TSchema>(item: Item) =>
  Type.Unsafe<readonly Static<Item>[]>(Type.Array(item));

export const EpochMsShape = Type.Integer({ description: 'Milliseconds since 1970-01-01T00:00:00Z' });

/** A moment in a query; read by `parseTime`. */
export const TimeText = Type.String({
  minLength: 1,
  maxLength: 40,
  description: 'RFC 3339 with an offset (2026-03-01T08:00:00+08:00) or milliseconds since 1970',
});

export const PointIdShape = Type.String({ minLength: 3, maxLength: 97, description: '<device>.<point>' });
