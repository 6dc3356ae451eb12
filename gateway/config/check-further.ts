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
    world.mistakes.add(checked.path, 'only a temperature has a kinetic mean', 'leave it out');
  }
}

/** Nothing can be told from less than two readings. */
function checkLength(rule: FurtherRule, { every, path, given }: CheckedFurther, { mistakes }: World): void {
  const [key, length] = spanOf(rule);
  if (given && length < 2 * every) {
    const fix = `give at least ${formatDuration(2 * every)}`;
    mistakes.add([...path, key], 'is shorter than two periods of the readings', fix);
  }
  if (rule.kind === 'exposure' && rule.within !== 'event' && rule.within < rule.limit) {
    const fix = `give ${formatDuration(rule.limit)} or more, or event`;
    mistakes.add(
      [...path, 'within'],
      `is shorter than the ${formatDuration(rule.limit)} of the exposure`,
      fix,
    );
  }
}

/** Its day ends at midnight, outside of the hours, or ends its alarm a moment later. A table's is worth a word only. */
function checkHours({ kind, id, during }: FurtherRule, { path, given }: CheckedFurther, world: World): void {
  if (kind !== 'mean' || during === undefined || !id.startsWith('daily-')) return;
  if (given) {
    const fix = 'leave the hours out (during), or give them to the rules that need them';
    world.mistakes.add(path, 'a daily mean speaks of the whole day: with hours it is not judged', fix);
    return;
  }
  const fix = 'give the hours to the rules that need them, or turn it off';
  world.hints.add([...path, 'during'], `with these hours the table’s ${id} is not judged`, fix);
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
    const fix = suggest(
      key,
      others.map((each) => each.key),
    );
    mistakes.add(at, `this device has no other point "${key}"`, fix);
  } else if (other.quantity !== spec.quantity) {
    mistakes.add(
      at,
      `"${key}" measures ${other.quantity}, not ${spec.quantity}`,
      'name a point of the same quantity',
    );
  }
}
