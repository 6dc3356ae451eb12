import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type DashboardJson, schemaComplaints } from '../grafana/schema-check.ts';

const OUT = join(import.meta.dirname, '../../grafana/out');

/** What the types of Grafana's server and panels say, by dashboard. */
let complaints: ReadonlyMap<string | undefined, readonly string[]>;
let files: readonly string[];

beforeAll(async () => {
  files = (await readdir(OUT)).map((file) => basename(file, '.json'));
  const read = async (name: string): Promise<DashboardJson> =>
    JSON.parse(await readFile(join(OUT, `${name}.json`), 'utf8'));
  const dashboards = await Promise.all(files.map(async (name) => [name, await read(name)] as const));
  const spoiled = Object.entries(SPOILS).map(
    ([name, spoil]) => [name, spoil(structuredClone(dashboards))] as const,
  );
  const found = await schemaComplaints(Object.fromEntries([...dashboards, ...spoiled]));
  complaints = Map.groupBy(found, (line) => /^(.+)\.ts\(/.exec(line)?.[1]);
}, 120_000);

/** Each breaks a dashboard in one place. */
const SPOILS: Readonly<
  Record<string, (dashboards: readonly (readonly [string, DashboardJson])[]) => DashboardJson>
> = {
  'a field that Grafana does not know': spoil(({ panels }) => Object.assign(panels[1] ?? {}, { titel: 'x' })),
  'a number that is none': spoil((dashboard) => Object.assign(dashboard, { schemaVersion: '42' })),
  'a mode that there is not': spoil(({ panels }) => {
    const panel = panels.find(({ type }) => type === 'timeseries');
    Object.assign(defaultsOf(panel)['thresholds'] as object, { mode: 'relative' });
  }),
  'an option that the panel does not have': spoil(({ panels }) => {
    const panel = panels.find(({ type }) => type === 'timeseries');
    Object.assign(panel?.['options'] as object, { legnd: {} });
  }),
  'a look that its lines do not have': spoil(({ panels }) => {
    const panel = panels.find(({ type }) => type === 'timeseries');
    Object.assign(defaultsOf(panel)['custom'] as object, { spanNull: true });
  }),
  'a kind of panel that nobody knows': spoil(({ panels }) =>
    Object.assign(panels[1] ?? {}, { type: 'graf' }),
  ),
};

const defaultsOf = (
  panel: DashboardJson['panels'][number] | undefined,
): Readonly<Record<string, unknown>> => {
  const { defaults } = (panel?.['fieldConfig'] ?? {}) as { readonly defaults?: object };
  return { ...defaults };
};

function spoil(change: (dashboard: DashboardJson) => unknown) {
  return (dashboards: readonly (readonly [string, DashboardJson])[]): DashboardJson => {
    const dashboard = dashboards.find(([name]) => name === 'cold-chain')?.[1] ?? { panels: [] };
    change(dashboard);
    return dashboard;
  };
}

test('every file of grafana/out is a dashboard as Grafana 13 has it, with every panel and every option', () => {
  expect(files).not.toEqual([]);
  expect(files.flatMap((name) => complaints.get(name) ?? [])).toEqual([]);
});

test.each(Object.keys(SPOILS))('%s would be found', (name) => {
  expect(complaints.get(name)).toHaveLength(1);
});
