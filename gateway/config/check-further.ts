import type { PointSpec } from '#model/driver';
import { splitPointId } from '#model/point';
import { formatDuration, type Ms } from '#model/time';
import type { FurtherRule } from './further-plans.ts';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import type { World } from './world.ts';

export interface CheckedFurther {
  readonly spec: PointSpec;
  readonly siblings: readonly PointSpec[];
  readonly every: Ms;
  readonly path: Path;
  /** The rule stands in the site file, and not in a table alone. */
  readonly given: boolean;
}

/** What the schema cannot see: whether the times, the quantity and the other point make sense together. */
export function checkFurther(rule: FurtherRule, checked: CheckedFurther, world: World): void {
  checkLength(rule, checked, world);
  checkHours(rule, checked, world);
  if (rule.kind === 'difference') checkOther(splitPointId(rule.other)?.key ?? '', checked, world);
  if (rule.kind === 'kinetic-mean' && checked.spec.quantity !== 'temperature') {
    const message = { zh: '只有温度才有平均动力学温度', en: 'only a temperature has a kinetic mean' };
    world.mistakes.add(checked.path, message, { zh: '请删去', en: 'leave it out' });
  }
}

/** Nothing can be told from less than two readings. */
function checkLength(rule: FurtherRule, { every, path, given }: CheckedFurther, { mistakes }: World): void {
  const [key, length] = spanOf(rule);
  if (given && length < 2 * every) {
    const least = formatDuration(2 * every);
    mistakes.add(
      [...path, key],
      { zh: '短于两个读取周期', en: 'is shorter than two periods of the readings' },
      { zh: `请至少写 ${least}`, en: `give at least ${least}` },
    );
  }
  if (rule.kind === 'exposure' && rule.within !== 'event' && rule.within < rule.limit) {
    const limit = formatDuration(rule.limit);
    mistakes.add(
      [...path, 'within'],
      { zh: `短于允许的累计时间 ${limit}`, en: `is shorter than the ${limit} of the exposure` },
      { zh: `请写 ${limit} 或更长，或写 event`, en: `give ${limit} or more, or event` },
    );
  }
}

/** Its day ends at midnight, outside of the hours, or ends its alarm a moment later. A table's is worth a word only. */
function checkHours({ kind, id, during }: FurtherRule, { path, given }: CheckedFurther, world: World): void {
  if (kind !== 'mean' || during === undefined || !id.startsWith('daily-')) return;
  if (given) {
    world.mistakes.add(
      path,
      {
        zh: '日均值针对全天：限定时段后就不再评判',
        en: 'a daily mean speaks of the whole day: with hours it is not judged',
      },
      {
        zh: '请删去时段（during），或只给需要时段的规则写上',
        en: 'leave the hours out (during), or give them to the rules that need them',
      },
    );
    return;
  }
  world.hints.add(
    [...path, 'during'],
    {
      zh: `限定时段后，限值表的 ${id} 不再评判`,
      en: `with these hours the table’s ${id} is not judged`,
    },
    {
      zh: '请只给需要时段的规则写上，或把它关闭（off）',
      en: 'give the hours to the rules that need them, or turn it off',
    },
  );
}

function spanOf(rule: FurtherRule): [key: string, length: Ms] {
  switch (rule.kind) {
    case 'fault':
    case 'frozen':
      return ['after', rule.after];
    case 'rate':
    case 'kinetic-mean':
      return ['within', rule.within];
    case 'exposure':
      return ['for', rule.limit];
    case 'forecast':
      return ['horizon', rule.horizon];
    default:
      return ['', Number.POSITIVE_INFINITY];
  }
}

function checkOther(key: string, { spec, siblings, path }: CheckedFurther, { mistakes }: World): void {
  const others = siblings.filter((each) => each.key !== spec.key);
  const other = others.find((each) => each.key === key);
  const at = [...path, 'other'];
  if (other === undefined) {
    const keys = others.map((each) => each.key);
    const message = { zh: `此设备没有另一个测点 "${key}"`, en: `this device has no other point "${key}"` };
    mistakes.add(at, message, suggest(key, keys));
  } else if (other.quantity !== spec.quantity) {
    mistakes.add(
      at,
      {
        zh: `"${key}" 测的是 ${other.quantity}，不是 ${spec.quantity}`,
        en: `"${key}" measures ${other.quantity}, not ${spec.quantity}`,
      },
      { zh: '请写测同一种量的测点', en: 'name a point of the same quantity' },
    );
  }
}
