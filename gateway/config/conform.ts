import { Value } from 'typebox/value';
import type { Text } from '#model/text';
import { parseDuration } from '#model/time';
import type { Mistakes, Path, Problem } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { entriesOf, phraseOf, type SchemaNode } from './schema-node.ts';
import { isReference } from './secrets.ts';

export interface Conforming {
  readonly mistakes: Mistakes;
  /** Looks a secret up. */
  readonly secret: (text: string) => string | Problem;
  /** Which of several forms a value is meant to have. */
  readonly choose: (variants: readonly SchemaNode[], value: unknown) => SchemaNode;
}

/**
 * The value in the form of the schema: defaults filled in, secrets read, every mistake named. What is wrong is
 * replaced by a blank of the right shape, so that the checks behind can go on and find more; the mistake is on record,
 * and nothing that was mended so is ever run.
 */
export function conform(schema: SchemaNode, value: unknown, path: Path, context: Conforming): unknown {
  if (schema.anyOf !== undefined) {
    const variant = context.choose(schema.anyOf, value);
    return conform(titled(variant, schema, value), value, path, context);
  }
  if (schema.type === 'object') return conformMapping(schema, value, path, context);
  if (schema.type === 'array' && !Array.isArray(schema.items))
    return conformList(schema, value, path, context);
  return conformScalar(schema, value, path, context);
}

/** When the form cannot be told from the value, the union says what would be right. */
function titled(variant: SchemaNode, { title, zh }: SchemaNode, value: unknown): SchemaNode {
  if (title === undefined || isMapping(value)) return variant;
  return { ...variant, title, ...(zh !== undefined && { zh }) };
}

function conformMapping(schema: SchemaNode, value: unknown, path: Path, context: Conforming): unknown {
  if (!isMapping(value)) return refuse(schema, value, path, context);
  const entries = entriesOf(schema);
  const known = schema.properties ?? {};
  const result: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const property = Object.hasOwn(known, key) ? known[key] : entries;
    if (property !== undefined) define(result, key, conform(property, entry, [...path, key], context));
    else if (schema.additionalProperties !== true) refuseKey(schema, key, path, context);
  }
  for (const [key, property] of Object.entries(known)) {
    if (result[key] === undefined) fillIn(schema, key, property, { result, path, context });
  }
  return result;
}

interface Filling {
  readonly result: Record<string, unknown>;
  readonly path: Path;
  readonly context: Conforming;
}

function fillIn(
  schema: SchemaNode,
  key: string,
  property: SchemaNode,
  { result, path, context }: Filling,
): void {
  if (property.default !== undefined) {
    result[key] = conform(property, property.default, [...path, key], context);
  } else if (schema.required?.includes(key)) {
    context.mistakes.add([...path, key], { zh: '缺少此项', en: 'is missing' }, giving(property));
    result[key] = blank(property);
  }
}

function refuseKey(schema: SchemaNode, key: string, path: Path, { mistakes }: Conforming): void {
  const { zh, en } = phraseOf(schema);
  const message =
    schema.title === undefined
      ? { zh: `没有配置项 "${key}"`, en: `there is no key "${key}"` }
      : { zh: `没有配置项 "${key}"（${zh}）`, en: `${en} has no key "${key}"` };
  mistakes.add([...path, key], message, suggest(key, Object.keys(schema.properties ?? {})));
}

function conformList(schema: SchemaNode, value: unknown, path: Path, context: Conforming): unknown {
  if (!Array.isArray(value)) return refuse(schema, value, path, context);
  const item = (schema.items ?? {}) as SchemaNode;
  const result = value.map(
    (entry: unknown, index) => conform(item, entry, [...path, index], context) ?? blank(item),
  );
  if (!Value.Check({ ...schema, items: {} }, value)) refuse(schema, value, path, context);
  return result;
}

function conformScalar(schema: SchemaNode, value: unknown, path: Path, context: Conforming): unknown {
  if (typeof value === 'string' && schema.secret === true) {
    const found = context.secret(value);
    if (typeof found !== 'string') {
      context.mistakes.add(path, found.message, found.fix);
      return undefined;
    }
    value = found;
  } else if (typeof value === 'string' && isReference(value)) {
    const message = {
      zh: '只有保密的项才能这样引用',
      en: 'a reference to a secret stands only for secrets',
    };
    context.mistakes.add(path, message, giving(schema));
    return undefined;
  }
  return Value.Check(schema, value) && longEnough(schema, value)
    ? value
    : refuse(schema, value, path, context);
}

function longEnough({ least }: SchemaNode, value: unknown): boolean {
  if (least === undefined) return true;
  return (parseDuration(String(value)) ?? 0) >= (parseDuration(least) ?? 0);
}

/** Notes the mistake. Text that only has a wrong form is kept, so that what refers to it does not seem wrong too. */
function refuse(schema: SchemaNode, value: unknown, path: Path, { mistakes }: Conforming): unknown {
  const known = schema.enum?.map(String);
  if (known !== undefined && typeof value === 'string') {
    const message = { zh: `这里不能写 "${value}"`, en: `"${value}" is not known here` };
    mistakes.add(path, message, suggest(value, known));
    return undefined;
  }
  mistakes.add(path, wanting(schema, value));
  return schema.type === 'string' && typeof value === 'string' ? value : undefined;
}

function wanting(schema: SchemaNode, value: unknown): Text {
  const { zh, en } = phraseOf(schema);
  const least = schema.least === undefined ? { zh: '', en: '' } : leastOf(schema.least);
  const shown = schema.secret === true ? { zh: '', en: '' } : insteadOf(value);
  return { zh: `应为${apart(zh)}${least.zh}${shown.zh}`, en: `must be ${en}${least.en}${shown.en}` };
}

const leastOf = (least: string): Text => ({ zh: `，至少 ${least}`, en: `, at least ${least}` });

function giving(schema: SchemaNode): Text {
  const { zh, en } = phraseOf(schema);
  return { zh: `请写${apart(zh)}`, en: `give ${en}` };
}

/** Behind Chinese: with a blank before what is not. */
const apart = (words: string): string => (/^[\p{Script=Han}“]/u.test(words) ? words : ` ${words}`);

/** A harmless value of the schema's shape. */
function blank(schema: SchemaNode): unknown {
  if (schema.anyOf !== undefined) return blank(schema.anyOf[0] ?? {});
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'string') return '';
  if (schema.type === 'number' || schema.type === 'integer') return 0;
  if (schema.type === 'array') return [];
  if (schema.type !== 'object') return undefined;
  const properties = Object.entries(schema.properties ?? {});
  const needed = properties.filter(([key]) => schema.required?.includes(key));
  return Object.fromEntries(needed.map(([key, property]) => [key, property.default ?? blank(property)]));
}

const LONGEST_SHOWN = 40;

function insteadOf(value: unknown): Text {
  const { zh, en } = show(value);
  return { zh: `，而不是${apart(zh)}`, en: `, not ${en}` };
}

function show(value: unknown): Text {
  if (value === null || value === undefined) return { zh: '空', en: 'empty' };
  if (Array.isArray(value))
    return value.length === 0 ? { zh: '空列表', en: 'an empty list' } : { zh: '列表', en: 'a list' };
  if (typeof value === 'object') return { zh: '映射', en: 'a mapping' };
  const short =
    typeof value === 'string' && value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
  const shown = typeof short === 'string' ? JSON.stringify(short) : String(short);
  return { zh: shown, en: shown };
}

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An assignment would not keep the key `__proto__`. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
