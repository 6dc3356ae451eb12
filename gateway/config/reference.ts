import { entriesOf, nodeOf, phraseOf, type SchemaNode } from './schema-node.ts';
import { SiteFile } from './site-file.ts';

interface Row {
  readonly key: string;
  readonly schema: SchemaNode;
  readonly required: boolean;
}

/** The reference of all keys of the site file, in Markdown: the part of README.md between its marks. */
export function reference(): string {
  const sections = new Map<string, SchemaNode>([['The file', nodeOf(SiteFile)]]);
  const texts: string[] = [];
  // A Map goes on with what is added while it is walked.
  for (const [title, schema] of sections) {
    const rows = rowsOf(schema, '');
    for (const form of rows.flatMap((row) => formsOf(row.schema))) sections.set(titleOf(form), form);
    texts.push(section(title, rows));
  }
  return texts.join('\n');
}

const titleOf = ({ title = '' }: SchemaNode): string => title.charAt(0).toUpperCase() + title.slice(1);

/** Forms of a value that have a name, and so a section of their own. */
const formsOf = (schema: SchemaNode): readonly SchemaNode[] =>
  (itemOf(schema).anyOf ?? []).filter(({ type, title }) => type === 'object' && title !== undefined);

const itemOf = (schema: SchemaNode): SchemaNode =>
  schema.items === undefined || Array.isArray(schema.items) ? schema : (schema.items as SchemaNode);

function rowsOf(schema: SchemaNode, before: string): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const required = schema.required?.includes(key) === true && property.default === undefined;
    const path = `${before}${key}`;
    const item = itemOf(property);
    const entries = property.type === 'object' ? entriesOf(property) : undefined;
    return [
      { key: path, schema: property, required },
      ...rowsOf(item, item === property ? `${path}.` : `${path}[].`),
      ...(entries === undefined ? [] : rowsOf(entries, `${path}.NAME.`)),
    ];
  });
}

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(({ key, schema, required }) => {
    const cells = [
      `\`${key}\``,
      valueText(schema),
      required ? 'required' : defaultOf(schema),
      schema.description ?? '',
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [`### ${title}`, '', '| key | value | default | meaning |', '|---|---|---|---|', ...lines, ''].join(
    '\n',
  );
}

function valueText(schema: SchemaNode): string {
  const forms = formsOf(schema).map(titleOf);
  const least = schema.least === undefined ? '' : `, at least ${schema.least}`;
  if (forms.length > 1) return `${schema.type === 'array' ? 'a list; each: ' : ''}${forms.join(', or ')}`;
  return `${phraseOf(schema).en}${least}`;
}

function defaultOf({ default: value }: SchemaNode): string {
  if (typeof value === 'string' || typeof value === 'number') return `\`${value}\``;
  return Array.isArray(value) && value.length > 0 ? `\`[${value.join(', ')}]\`` : '–';
}
