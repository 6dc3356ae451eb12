import type { PointSpec } from '#model/driver';
import type { LimitRow, LimitTable } from '#model/limit-table';
import type { LimitRule } from '#model/rule';
import { type Severity, ZONES, type Zone } from '#model/standard';
import { MINUTE, type Ms } from '#model/time';
import { LOOK } from './advice.ts';
import { checkLimits } from './check-limits.ts';
import { forPoint } from './limit-tables.ts';
import type { PointLimitsFile } from './limits-file.ts';
import type { Path } from './mistakes.ts';
import type { LimitForm } from './rule-file.ts';
import { optionalParts, SITE } from './rule-parts.ts';
import { spansOf } from './schedule.ts';
import { ms, type World } from './world.ts';

/** ISA-18.2's starting delay for temperature, as remembered: long enough that noise alone rings nobody. */
const ON_DELAY: Ms = MINUTE;

const SEVERITY_OF: Readonly<Record<Zone, Severity>> = {
  'low-low': 'critical',
  low: 'warning',
  high: 'warning',
  'high-high': 'critical',
};

/** One point, what the table has for it, and what the site file wants otherwise. */
export interface Limited {
  readonly spec: PointSpec;
  readonly table: LimitTable | undefined;
  readonly file: PointLimitsFile;
  readonly path: Path;
}

/** The rules of the point's limits, in the order of the zones. */
export function zoneRules({ spec, table, file, path }: Limited, world: World): LimitRule[] {
  const row = table === undefined ? undefined : forPoint(table.rows, spec);
  const rules = ZONES.flatMap((zone) => {
    const rule = ruleOf(zone, row, file);
    const given = file[zone];
    const at = [...path, zone];
    if (rule === undefined && given !== undefined && given !== 'off' && !world.mistakes.broken(at)) {
      const message = { zh: '没有限值表给出此限值的数值', en: 'no table gives this limit a value' };
      world.mistakes.add(at, message, { zh: '请写 value', en: 'give value' });
    }
    return rule ?? [];
  });
  checkLimits({ rules, spec, path, given: new Set(Object.keys(file)) }, world);
  return rules;
}

function ruleOf(zone: Zone, row: LimitRow | undefined, file: PointLimitsFile): LimitRule | undefined {
  const standard = row?.limits[zone];
  const given = file[zone];
  if (given === 'off') return undefined;
  const own: LimitForm = typeof given === 'number' ? { value: given } : (given ?? {});
  const limit = own.value ?? standard?.value;
  if (limit === undefined) return undefined;
  // What is said of this very limit goes before what is said of the point, and the site before the table.
  const delay = (key: 'on-delay' | 'off-delay', limits: Ms | undefined, rows: Ms): Ms =>
    lengthOf(own[key]) ?? limits ?? lengthOf(file[key]) ?? rows;
  return {
    kind: 'limit',
    id: zone,
    limit,
    inclusive: standard?.inclusive ?? false,
    deadband: own.deadband ?? standard?.deadband ?? file.deadband ?? row?.deadband ?? 0,
    onDelay: delay('on-delay', standard?.onDelay, row?.onDelay ?? ON_DELAY),
    offDelay: delay('off-delay', standard?.offDelay, row?.offDelay ?? 0),
    severity: own.severity ?? standard?.severity ?? SEVERITY_OF[zone],
    basis: own.value === undefined ? (standard?.basis ?? SITE) : SITE,
    advice: row?.advice ?? LOOK,
    ...optionalParts(own, standard ?? {}, file.during && spansOf(file.during)),
  };
}

const lengthOf = (text: string | undefined): Ms | undefined => (text === undefined ? undefined : ms(text));
