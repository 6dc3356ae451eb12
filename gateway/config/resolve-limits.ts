import type { PointSpec } from '#model/driver';
import type { LimitRow, LimitTable } from '#model/limit-table';
import type { LimitRule, NoDataRule, Rule } from '#model/rule';
import type { Basis, Severity, Zone } from '#model/standard';
import { ZONES } from '#model/standard';
import type { Text } from '#model/text';
import { MINUTE, type Ms } from '#model/time';
import { checkLimits } from './check-limits.ts';
import type { LimitsFile, PointLimitsFile } from './limits-file.ts';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import { ms, type World } from './world.ts';

const SITE: Basis = { document: 'site file', certainty: 'E' };
const HYGATE: Basis = { document: 'Hygate', certainty: 'E' };
/** ISA-18.2's starting delay for temperature, as remembered: long enough that noise alone rings nobody. */
const ON_DELAY: Ms = MINUTE;
/** Silence is an alarm after this, or after so many periods: two missed ones are only a suspicion. */
const SILENCE: Ms = 5 * MINUTE;
const SILENT_PERIODS = 5;

const SEVERITY_OF: Readonly<Record<Zone, Severity>> = {
  'low-low': 'critical',
  low: 'warning',
  high: 'warning',
  'high-high': 'critical',
};

const LOOK: Text = {
  zh: '到现场查看设备和读数，按本院规程处理。',
  en: 'Go and look at the device and its reading; act by your own procedure.',
};
const NO_DATA: Text = {
  zh: '没有可信读数：检查设备供电、网线和传感器，恢复前用人工测量代替并记录。',
  en: 'No reading can be trusted: check power, cable and sensor; until it is back measure by hand and write it down.',
};

export interface Watched {
  readonly specs: readonly PointSpec[];
  readonly every: Ms;
  readonly limits: LimitsFile | undefined;
  /** Of the device. */
  readonly path: Path;
}

/** The rules of each of the device's points, by key. */
export function resolveRules(watched: Watched, world: World): ReadonlyMap<string, readonly Rule[]> {
  const { specs, limits, every } = watched;
  const path = [...watched.path, 'limits'];
  const {
    use,
    points = {},
    'no-data': silence,
  } = typeof limits === 'string' ? { use: limits } : (limits ?? {});
  const usePath = typeof limits === 'string' ? path : [...path, 'use'];
  const table = use === undefined ? undefined : findTable(use, usePath, world);
  refuseUnknownPoints(specs, points, path, world);
  if (table !== undefined && !specs.some((spec) => rowFor(table, spec) !== undefined)) {
    world.mistakes.add(usePath, `${use} has no limit for any point of this device`, 'choose another table');
  }
  const noData = noDataRule(table, every, silence === undefined ? undefined : ms(silence));
  if (silence !== undefined && ms(silence) < every) {
    world.mistakes.add(
      [...path, 'no-data'],
      'is shorter than the period of the readings',
      'give a longer time',
    );
  }
  return new Map(
    specs.map((spec): [string, readonly Rule[]] => {
      const own = Object.hasOwn(points, spec.key) ? points[spec.key] : undefined;
      const override = { file: own ?? {}, path: own === undefined ? usePath : [...path, 'points', spec.key] };
      return [spec.key, [...limitRules(spec, table, override, world), noData]];
    }),
  );
}

interface Override {
  readonly file: PointLimitsFile;
  readonly path: Path;
}

function limitRules(
  spec: PointSpec,
  table: LimitTable | undefined,
  override: Override,
  world: World,
): LimitRule[] {
  const { file, path } = override;
  const own = file.use === undefined ? table : findTable(file.use, [...path, 'use'], world);
  const row = own === undefined ? undefined : rowFor(own, spec);
  const rules = ZONES.flatMap((zone) => ruleOf(zone, row, file) ?? []);
  checkLimits({ rules, spec, path, given: new Set(Object.keys(file)) }, world);
  return rules;
}

function ruleOf(zone: Zone, row: LimitRow | undefined, file: PointLimitsFile): LimitRule | undefined {
  const standard = row?.limits[zone];
  const given = file[zone];
  const limit = given ?? standard?.value;
  if (limit === undefined || limit === 'off') return undefined;
  const onDelay = file['on-delay'] === undefined ? (row?.onDelay ?? ON_DELAY) : ms(file['on-delay']);
  return {
    kind: 'limit',
    id: zone,
    limit,
    inclusive: standard?.inclusive ?? false,
    deadband: file.deadband ?? row?.deadband ?? 0,
    onDelay: standard?.onDelay ?? onDelay,
    offDelay: file['off-delay'] === undefined ? (row?.offDelay ?? 0) : ms(file['off-delay']),
    severity: standard?.severity ?? SEVERITY_OF[zone],
    basis: given === undefined ? (standard?.basis ?? SITE) : SITE,
    advice: row?.advice ?? LOOK,
  };
}

/** The row of the very point, else the row of its quantity. */
const rowFor = ({ rows }: LimitTable, { key, quantity }: PointSpec): LimitRow | undefined =>
  rows.find((row) => row.quantity === quantity && row.key === key) ??
  rows.find((row) => row.quantity === quantity && row.key === undefined);

/** A table's time is never shorter than two periods: one missed reading is not silence. */
function noDataRule(table: LimitTable | undefined, every: Ms, silence: Ms | undefined): NoDataRule {
  const standard = table?.noData;
  const fallback =
    standard === undefined ? Math.max(SILENCE, SILENT_PERIODS * every) : Math.max(standard.after, 2 * every);
  return {
    kind: 'no-data',
    id: 'no-data',
    after: silence ?? fallback,
    severity: standard?.severity ?? 'warning',
    basis: silence === undefined ? (standard?.basis ?? HYGATE) : SITE,
    advice: NO_DATA,
  };
}

function findTable(use: string, path: Path, { standards, mistakes }: World): LimitTable | undefined {
  const [name = '', key = ''] = use.split('/');
  const tables = standards.get(name)?.tables ?? {};
  const table = Object.hasOwn(tables, key) ? tables[key] : undefined;
  if (table === undefined) {
    const all = [...standards.values()].flatMap((standard) =>
      Object.keys(standard.tables).map((each) => `${standard.name}/${each}`),
    );
    mistakes.add(path, `there is no table "${use}"`, suggest(use, all));
  }
  return table;
}

function refuseUnknownPoints(
  specs: readonly PointSpec[],
  points: Readonly<Record<string, unknown>>,
  path: Path,
  { mistakes }: World,
): void {
  const known = new Set(specs.map(({ key }) => key));
  for (const key of Object.keys(points)) {
    if (known.has(key)) continue;
    mistakes.add([...path, 'points', key], `this device has no point "${key}"`, suggest(key, known));
  }
}
