import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Limit, LimitRow, LimitTable, Standard } from '#model/limit-table';
import { isId } from '#model/point';
import { quantities, quantitySpec } from '#model/quantity';
import { ZONES, type Zone } from '#model/standard';
import { formatDuration } from '#model/time';
import { ruleWords } from '../../test/kit/rule-words.ts';

/* One suite for all standards: their shape, their README, and their cases, typed in from the fact base. */

interface Case {
  readonly table: string;
  /** Each: a quantity with a value, and the zones whose limit it is beyond. */
  readonly judge: readonly (Readonly<Record<string, number>> & { readonly beyond: readonly Zone[] })[];
}

const CERTAINTIES = ['S', 'S2', 'M+', 'M?', 'E'];
const ROOT = fileURLToPath(new URL('.', import.meta.url));
const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const zonesOf = (row: LimitRow): [Zone, Limit][] =>
  ZONES.flatMap((zone) =>
    row.limits[zone] === undefined ? [] : [[zone, row.limits[zone]] as [Zone, Limit]],
  );

const isLow = (zone: Zone): boolean => zone.startsWith('low');

function isBeyond(zone: Zone, { value, inclusive = false }: Limit, measured: number): boolean {
  if (measured === value) return inclusive;
  return isLow(zone) ? measured < value : measured > value;
}

describe.each(folders.map(({ name }) => name))('standard %s', async (folder) => {
  const standard = ((await import(`./${folder}/standard.ts`)) as { default: Standard }).default;
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  const tables = Object.entries<LimitTable>(standard.tables);
  const rows = tables.flatMap(([table, { rows: of }]) => of.map((row): [string, LimitRow] => [table, row]));
  const named = rows.map(([table, row]): [string, LimitRow] => [`${table}: ${row.key ?? row.quantity}`, row]);
  const files = readdirSync(join(ROOT, folder, 'cases'));
  const cases = files.map((file): [string, Case] => [
    file,
    parse(readFileSync(join(ROOT, folder, 'cases', file), 'utf8')) as Case,
  ]);

  test('is called like its folder, and its tables in kebab case', () => {
    expect(standard.name).toBe(folder);
    expect(tables.map(([name]) => name).filter((name) => !isId(name))).toEqual([]);
  });

  test('has at most one row for a quantity or a key', () => {
    for (const [, { rows: of }] of tables) {
      const names = of.map(({ quantity, key }) => `${quantity} ${key ?? ''}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test.each(named)(
    '%s: limits stand in order, apart by more than the deadband, within the quantity',
    (_name, row) => {
      const [least, most] = quantitySpec(row.quantity).range;
      const zones = zonesOf(row);
      expect(zones.length).toBeGreaterThan(0);
      zones.forEach(([zone, { value }], index) => {
        expect(value).toBeGreaterThanOrEqual(least);
        expect(value).toBeLessThanOrEqual(most);
        const [before, lower] = zones[index - 1] ?? [];
        if (before === undefined || lower === undefined) return;
        if (isLow(before) === isLow(zone)) expect(lower.value).toBeLessThanOrEqual(value);
        else expect(value - lower.value).toBeGreaterThan(row.deadband);
      });
    },
  );

  test.each(named)(
    '%s: the inner zone warns, the outer is critical, and two at one value differ in delay',
    (_name, row) => {
      const zones = zonesOf(row);
      for (const [zone, limit] of zones) {
        if (zone === 'low-low' || zone === 'high-high') expect(limit.severity).toBe('critical');
        else if (row.quantity !== 'power') expect(limit.severity).toBe('warning');
        const twins = zones.filter(([, other]) => other.value === limit.value);
        const delays = new Set(twins.map(([, other]) => other.onDelay ?? row.onDelay));
        expect(delays.size, `two alarms for one fact at ${limit.value}`).toBe(twins.length);
      }
    },
  );

  test.each(named)(
    '%s: every number says whence it is, and only a read source gives a cited clause',
    (_name, row) => {
      for (const [, { basis }] of zonesOf(row)) {
        expect(CERTAINTIES).toContain(basis.certainty);
        expect(basis.document).not.toBe('');
        if (basis.certainty === 'E') expect(basis).toEqual({ document: 'Hygate', certainty: 'E' });
      }
      expect(row.advice.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(row.advice.en).toMatch(/^[\x20-\x7e°µ−–’]+$/);
    },
  );

  test('its README has every number, certainty and delay, in the fixed order', () => {
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Limits', 'Example', 'Source', 'Limits and known faults']);
    for (const [table, row] of rows) {
      for (const [zone, limit] of zonesOf(row)) {
        const line = [
          table,
          row.quantity,
          zone,
          `${limit.value}`,
          formatDuration(limit.onDelay ?? row.onDelay),
          limit.basis.certainty,
        ];
        const found = readme.split('\n').some((text) => {
          const cells = text.split('|').map((cell) => cell.trim().replaceAll('`', ''));
          return line.every((word) => cells.some((cell) => cell === word || cell.endsWith(` ${word}`)));
        });
        expect(found, `README has no row for ${line.join(' ')}`).toBe(true);
      }
    }
  });

  const further = tables.flatMap(([table, { rules: of = [] }]) =>
    of.map((row) => ({ table, what: row.key ?? row.quantity, ...row })),
  );

  test('every further rule says whence it is and what to do, and its README has it', () => {
    for (const row of further) {
      const { table, what, rule } = row;
      expect(CERTAINTIES).toContain(rule.basis.certainty);
      if (rule.basis.certainty === 'E') expect(rule.basis).toEqual({ document: 'Hygate', certainty: 'E' });
      expect(rule.advice.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(rule.advice.en).toMatch(/^[\x20-\x7e°µ−–’]+$/);
      const cells = [table, what, rule.id, ruleWords(row), rule.severity].join(' | ');
      expect(readme).toContain(`| ${cells} | `);
      expect(readme.slice(readme.indexOf(`| ${cells} | `)).split('\n')[0]).toMatch(
        new RegExp(`\\| ${rule.basis.certainty.replace(/[+?]/, '\\$&')} \\|$`),
      );
    }
  });

  test('has at most one rule of an id for a quantity or a key', () => {
    const names = further.map(({ table, what, rule }) => `${table} ${what} ${rule.id}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a mean kinetic temperature is a notice and excuses nothing', () => {
    const kinetic = further.filter(({ rule }) => rule.kind === 'kinetic-mean');
    expect(kinetic.filter(({ rule }) => rule.severity !== 'notice')).toEqual([]);
  });

  test('silence becomes an alarm after 5 to 15 minutes', () => {
    for (const [, { noData }] of tables) {
      expect(noData.after).toBeGreaterThanOrEqual(5 * 60_000);
      expect(noData.after).toBeLessThanOrEqual(15 * 60_000);
    }
  });

  test('every table has a case, and every limit is crossed in one', () => {
    const judgedTables = new Set(cases.map(([, { table }]) => table));
    expect([...judgedTables].sort()).toEqual(tables.map(([name]) => name).sort());
    for (const [, row] of rows) {
      // Tables may share a row: crossing it in one of them is enough.
      const holders = new Set(rows.filter(([, other]) => other === row).map(([name]) => name));
      const crossed = cases
        .filter(([, { table }]) => holders.has(table))
        .flatMap(([, { judge }]) => judge)
        .filter((each) => row.quantity in each)
        .flatMap(({ beyond }) => beyond);
      expect(crossed, row.quantity).toEqual(expect.arrayContaining(zonesOf(row).map(([zone]) => zone)));
    }
  });

  test.each(cases)('%s', (_file, { table: name, judge }) => {
    const table = standard.tables[name];
    expect(table, name).toBeDefined();
    for (const { beyond, ...values } of judge) {
      const [quantity = '', value = Number.NaN] = Object.entries(values)[0] ?? [];
      expect(Object.keys(quantities)).toContain(quantity);
      const row = table?.rows.find((each) => each.quantity === quantity);
      const found =
        row === undefined ? [] : zonesOf(row).filter(([zone, limit]) => isBeyond(zone, limit, value));
      expect(
        found.map(([zone]) => zone),
        `${quantity} ${value}`,
      ).toEqual(beyond);
    }
  });
});
