import type { TSchema } from 'typebox';

/** The keywords of JSON Schema that the site file and the channels' options use, and three of our own. */
export interface SchemaNode {
  readonly type?: string;
  readonly title?: string;
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
export function phraseOf(schema: SchemaNode): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(phraseOf).join(' or ');
  return TYPE_PHRASES[schema.type ?? ''] ?? 'another value';
}

const TYPE_PHRASES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
};
