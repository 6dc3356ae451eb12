import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A dashboard or a panel as it stands in a file. */
export interface PanelJson {
  readonly type: string;
  readonly panels?: readonly PanelJson[];
  readonly [name: string]: unknown;
}
export interface DashboardJson {
  readonly panels: readonly PanelJson[];
  readonly [name: string]: unknown;
}

/**
 * What Grafana's own types say against the files: `name: complaint of the compiler`. The package has no JSON Schema, but
 * TypeScript types, made of the same schema as Grafana's server: so each file becomes a literal of that type. A literal
 * must not have a field that the type does not know; what a panel leaves out, Grafana fills in.
 */
export async function schemaComplaints(
  dashboards: Readonly<Record<string, DashboardJson>>,
): Promise<readonly string[]> {
  const dir = join(ROOT, 'test/out/grafana-schema');
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'json.ts'), JSON_TYPES);
  for (const [name, dashboard] of Object.entries(dashboards))
    await writeFile(join(dir, `${name}.ts`), literalOf(dashboard));
  await writeFile(join(dir, 'tsconfig.json'), TSCONFIG);
  const output = await compile(dir);
  await rm(dir, { recursive: true, force: true });
  return output.filter((line) => line.includes('error TS'));
}

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    ...{ module: 'preserve', target: 'esnext', strict: true, noEmit: true, skipLibCheck: true, types: [] },
    allowImportingTsExtensions: true,
  },
  include: ['*.ts'],
});

/** In a file an enumeration is its value. What has a default in Grafana may be left out of a panel. */
const JSON_TYPES = `
import type { AnnotationQuery, Dashboard, DataQuery } from '@grafana/schema';
// What a query of an annotation says is the data source's own affair, as with the queries of a panel.
type Marks = AnnotationQuery<DataQuery & Record<string, unknown>>;
export type DashboardFile = Omit<Dashboard, 'annotations'> & { annotations?: { list?: Marks[] } };
export type Json<T> = T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends readonly (infer Item)[] ? Json<Item>[]
  : unknown extends T ? unknown
  : T extends object ? { [Key in keyof T]: Json<T[Key]> } : T;
export type Part<T> = T extends readonly unknown[] ? T
  : T extends object ? { [Key in keyof T]?: Part<T[Key]> } : T;
`;

/** The dashboard, and beside it the options of each panel, which the dashboard's type leaves open. */
function literalOf(dashboard: DashboardJson): string {
  const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return [
    `import type { DashboardFile, Json, Part } from './json.ts';`,
    ...Object.values(PANELS).map(
      (name) => `import type * as ${name} from '@grafana/schema/dist/esm/raw/composable/${pathOf(name)}';`,
    ),
    literal('dashboard', dashboard, 'Json<DashboardFile>'),
    ...panels.filter(({ type }) => type !== 'row').flatMap(panelLiterals),
  ].join('\n');
}

/** How the package calls each kind of panel. */
const PANELS: Readonly<Record<string, string>> = {
  timeseries: 'TimeSeries',
  'state-timeline': 'StateTimeline',
  'status-history': 'StatusHistory',
  barchart: 'BarChart',
  table: 'Table',
  stat: 'Stat',
  gauge: 'Gauge',
  bargauge: 'BarGauge',
  text: 'Text',
  dashlist: 'DashboardList',
  annolist: 'AnnotationsList',
};
/** Those whose fields have settings of their own. */
const WITH_FIELDS = ['TimeSeries', 'StateTimeline', 'StatusHistory', 'BarChart', 'Table'];

const pathOf = (name: string): string => `${name.toLowerCase()}/panelcfg/x/${name}PanelCfg_types.gen`;

function panelLiterals(
  { type, options = {}, fieldConfig = {} }: PanelJson,
  index: number,
): readonly string[] {
  const name = PANELS[type];
  if (name === undefined) return [literal(`panel${index}`, type, '"a kind of panel that the test knows"')];
  const { defaults } = fieldConfig as { readonly defaults?: { readonly custom?: unknown } };
  const fields = WITH_FIELDS.includes(name) ? `Part<Json<${name}.FieldConfig>>` : 'Record<string, never>';
  return [
    literal(`options${index}`, options, `Part<Json<${name}.Options>>`),
    literal(`fields${index}`, defaults?.custom ?? {}, fields),
  ];
}

const literal = (name: string, value: unknown, type: string): string =>
  `export const ${name} = ${JSON.stringify(value, null, 1)} satisfies ${type};`;

const compile = (dir: string): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', dir, '--pretty', 'false'];
    execFile(process.execPath, args, { cwd: dir, maxBuffer: 2 ** 26 }, (_error, stdout) =>
      resolve(stdout.split('\n')),
    );
  });
