import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { DATASOURCE } from '../../grafana/target.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const SOURCES = 'grafana/provisioning/datasources/hygate.yaml';
const PROVIDERS = 'grafana/provisioning/dashboards/hygate.yaml';
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<
    'grafana' | 'dashboards',
    { environment: Record<string, string>; secrets: string[]; volumes: string[]; command: string[] }
  >;
};

test('the data source takes from Grafana only what the compose file gives it, and holds no secret itself', () => {
  const text = read(SOURCES);
  const { grafana } = services;
  const wanted = [...text.matchAll(/\$([A-Z]\w+)/g)].map(([, name = '']) => name);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((name) => !(name in grafana.environment))).toEqual([]);
  const files = [...text.matchAll(/\$__file\{\/run\/secrets\/([\w-]+)\}/g)].map(([, name = '']) => name);
  expect(grafana.secrets).toEqual(expect.arrayContaining(files));
  const { datasources } = parse(text) as { datasources: { type: string; secureJsonData: object }[] };
  expect(datasources.map(({ type }) => type)).toEqual([DATASOURCE.type]);
  for (const secret of Object.values(datasources[0]?.secureJsonData ?? {}))
    expect(secret).toMatch(/^\$__file\{/);
});

test('Grafana looks for dashboards where they are written, and for provisioning where it is', () => {
  const { providers } = parse(read(PROVIDERS)) as { providers: { options: { path: string } }[] };
  const { path } = providers[0]?.options ?? { path: '' };
  const { grafana, dashboards } = services;
  expect(dashboards.command).toContain(path);
  expect(grafana.volumes).toContain(`dashboards:${path}:ro`);
  expect(grafana.volumes).toContain('./grafana/provisioning:/etc/grafana/provisioning:ro');
});
