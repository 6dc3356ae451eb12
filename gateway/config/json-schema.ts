import { nodeOf, type SchemaNode } from './schema-node.ts';
import { SiteFile } from './site-file.ts';

/** The site file as a JSON Schema (2020-12), by which an editor completes keys and underlines mistakes. */
export const jsonSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Hygate site file',
  ...plain(nodeOf(SiteFile)),
});

/** Keys with a default need not be given, and our own keywords are nobody else's business. */
function plain(schema: SchemaNode): object {
  const { secret, least, protocol, title, zh, properties, required, ...rest } = schema;
  const optional = new Set(
    Object.keys(properties ?? {}).filter((key) => properties?.[key]?.default !== undefined),
  );
  const items = rest.items;
  return {
    ...rest,
    ...(properties && { properties: mapped(properties) }),
    ...(rest.patternProperties && { patternProperties: mapped(rest.patternProperties) }),
    ...(required && { required: required.filter((key) => !optional.has(key)) }),
    ...(rest.anyOf && { anyOf: rest.anyOf.map(plain) }),
    ...(items !== undefined && (isTuple(items) ? tuple(items) : { items: plain(items) })),
  };
}

const mapped = (schemas: Readonly<Record<string, SchemaNode>>) =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, plain(schema)]));

const isTuple = (items: SchemaNode | readonly SchemaNode[]): items is readonly SchemaNode[] =>
  Array.isArray(items);

/** A tuple in the 2020-12 form; TypeBox writes the older one. */
const tuple = (items: readonly SchemaNode[]) => ({
  prefixItems: items.map(plain),
  items: false,
  additionalItems: undefined,
  minItems: items.length,
});
