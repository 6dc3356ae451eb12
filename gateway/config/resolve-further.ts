import type { PointSpec } from '#model/driver';
import type { TableRule } from '#model/limit-table';
import { type DeviceId, pointId } from '#model/point';
import type { FaultRule, LimitRule } from '#model/rule';
import type { Severity } from '#model/standard';
import type { Text } from '#model/text';
import { MINUTE, type Ms, parseDuration } from '#model/time';
import { checkFurther } from './check-further.ts';
import { type FurtherRule, PLANS, type Plan } from './further-plans.ts';
import { forPoint } from './limit-tables.ts';
import type { Limited } from './resolve-zones.ts';
import { FURTHER_IDS, type FurtherForm, type FurtherId } from './rule-file.ts';
import { HYGATE, optionalParts, SITE } from './rule-parts.ts';
import { spansOf } from './schedule.ts';
import type { World } from './world.ts';

/** A device that reports its own fault is believed sooner than silence is: nothing of it can be a lost packet. */
const FAULT_AFTER: Ms = 2 * MINUTE;

/** What else is judged of a point. */
export interface Further extends Limited {
  readonly device: DeviceId;
  /** All points of the device. */
  readonly siblings: readonly PointSpec[];
  readonly every: Ms;
  /** The limits in force, which forecasts look ahead to. */
  readonly zones: readonly LimitRule[];
  /** Of silence: a reading that says that it is none is as bad as none. */
  readonly silence: Severity;
}

/** Everything but limits and silence, in the order of the reference. */
export const furtherRules = (further: Further, world: World): FurtherRule[] =>
  FURTHER_IDS.flatMap((id) => ruleOf(id, further, world) ?? []);

function ruleOf(id: FurtherId, further: Further, world: World): FurtherRule | undefined {
  const given = further.file[id];
  if (given === 'off') return undefined;
  const file = given as FurtherForm | undefined;
  const table = tableRule(id, further) ?? usualFault(id, further);
  if (file === undefined && table === undefined) return undefined;
  const plan = PLANS[id];
  const draft = draftOf(id, plan, { table, file: file ?? {}, further });
  const path = file === undefined ? further.path : [...further.path, id];
  const lacking = missing(plan, draft);
  if (lacking.length === 0) {
    const rule = draft as unknown as FurtherRule;
    checkFurther(rule, { ...further, path, given: file !== undefined }, world);
    return rule;
  }
  if (file !== undefined && !world.mistakes.broken(path)) {
    const message = { zh: `没有限值表说明此处的 ${id}`, en: `no table says what ${id} is here` };
    world.mistakes.add(path, message, {
      zh: `请写 ${lacking.map(({ zh }) => zh).join(' 和 ')}`,
      en: `give ${lacking.map(({ en }) => en).join(' and ')}`,
    });
  }
  return undefined;
}

interface Sources {
  readonly table: TableRule['rule'] | undefined;
  readonly file: FurtherForm;
  readonly further: Further;
}

/** The usual, over it the table's, over that the site's own: whole when nothing that the kind needs is missing. */
function draftOf(id: FurtherId, plan: Plan, { table, file, further }: Sources): Record<string, unknown> {
  const { otherKey, ...tabled } = { otherKey: undefined, ...table };
  const own = fieldsOf(file);
  const ofPoint = further.file.during;
  // Silence and faults are faults at night, too.
  const during = plan.kind === 'fault' || ofPoint === undefined ? undefined : spansOf(ofPoint);
  const other = file.other ?? otherKey;
  return {
    ...{ kind: plan.kind, id, severity: plan.severity, advice: plan.advice },
    ...plan.usual,
    ...aheadOf(id, further),
    ...tabled,
    ...own,
    ...(other !== undefined && { other: pointId(further.device, other) }),
    ...(file.severity !== undefined && { severity: file.severity }),
    basis: Object.keys(own).length > 0 ? SITE : (table?.basis ?? SITE),
    ...optionalParts(file, table ?? {}, during),
  };
}

/** The keys of the site file that would fill what the draft lacks. */
function missing({ needs, kind }: Plan, draft: Readonly<Record<string, unknown>>): Text[] {
  if (kind === 'forecast') return draft['limit'] === undefined ? [AHEAD] : [];
  return Object.entries(needs)
    .filter(([, field]) => draft[field] === undefined)
    .map(([key]) => ({ zh: key, en: key }));
}

const AHEAD: Text = { zh: 'high 或 low（它所预测的限值）', en: 'the limit that it looks ahead to' };

/** A forecast compares with the point's own limit of its side. */
function aheadOf(id: FurtherId, { zones }: Further): Partial<Pick<LimitRule, 'limit' | 'inclusive'>> {
  const side = id === 'forecast-high' ? 'high' : id === 'forecast-low' ? 'low' : undefined;
  const zone = zones.find((each) => each.id === side);
  return zone === undefined ? {} : { limit: zone.limit, inclusive: zone.inclusive };
}

/** A table's difference does not apply where the device has no such other point, or to that point itself. */
function tableRule(id: FurtherId, { table, spec, siblings }: Further): TableRule['rule'] | undefined {
  const rows = (table?.rules ?? []).filter(({ rule }) => rule.id === id);
  const rule = forPoint(rows, spec)?.rule;
  if (rule === undefined || !('otherKey' in rule)) return rule;
  const there = siblings.some(({ key }) => key === rule.otherKey && key !== spec.key);
  return there ? rule : undefined;
}

function usualFault(id: FurtherId, { every, silence }: Further): FaultRule | undefined {
  const { kind, advice, usual } = PLANS[id];
  if (kind !== 'fault' || (id !== 'bad-sensor' && id !== 'implausible')) return undefined;
  const { reasons } = usual as Pick<FaultRule, 'reasons'>;
  return {
    kind,
    id,
    reasons,
    after: Math.max(FAULT_AFTER, 2 * every),
    severity: silence,
    basis: HYGATE,
    advice,
  };
}

const FIELDS: Readonly<Record<string, string>> = {
  value: 'limit',
  change: 'least',
  for: 'limit',
  'on-delay': 'onDelay',
  'off-delay': 'offDelay',
};
/** What is no number of the rule itself. */
const APART = new Set(['severity', 'latch', 'during', 'other']);

/** What the site file gives, by the fields of the rule, lengths of time in ms. */
const fieldsOf = (file: FurtherForm): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(file)
      .filter(([key]) => !APART.has(key))
      .map(([key, value]) => [
        FIELDS[key] ?? key,
        typeof value === 'string' ? (parseDuration(value) ?? value) : value,
      ]),
  );
