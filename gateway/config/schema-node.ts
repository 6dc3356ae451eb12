import type { TSchema } from 'typebox';
import type { Text } from '#model/text';

/** The keywords of JSON Schema that the site file and the channels' options use, and four of our own. */
export interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
  /** The title in Chinese. */
  readonly zh?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  /** A list is a tuple. */
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  /** The text may be a reference to a secret: `${VARIABLE}` or `file:PATH`. */
  readonly secret?: boolean;
  /** The shortest length of time that makes sense here. */
  readonly least?: string;
  /** Of the forms of a device: which one a driver's device has. */
  readonly protocol?: string;
}

export const nodeOf = (schema: TSchema): SchemaNode => schema as SchemaNode;

/** The schema of every entry of a mapping whose keys are free. */
export function entriesOf(schema: SchemaNode): SchemaNode | undefined {
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  return Object.values(schema.patternProperties ?? {})[0];
}

/** What a value of the schema is, for a sentence: "must be …". */
export function phraseOf(schema: SchemaNode): Text {
  if (schema.title !== undefined) return { zh: schema.zh ?? schema.title, en: schema.title };
  if (schema.enum !== undefined)
    return { zh: `${schema.enum.join('、')} 之一`, en: `one of ${schema.enum.join(', ')}` };
  if (schema.const !== undefined) return { zh: String(schema.const), en: String(schema.const) };
  if (schema.anyOf !== undefined) {
    const forms = schema.anyOf.map(phraseOf);
    return { zh: forms.map(({ zh }) => zh).join(' 或 '), en: forms.map(({ en }) => en).join(' or ') };
  }
  return TYPE_PHRASES[schema.type ?? ''] ?? { zh: '别的值', en: 'another value' };
}

const TYPE_PHRASES: Readonly<Record<string, Text>> = {
  string: { zh: '文字', en: 'text' },
  number: { zh: '数', en: 'a number' },
  integer: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '“键: 值”的映射', en: 'a mapping of keys to values' },
};
