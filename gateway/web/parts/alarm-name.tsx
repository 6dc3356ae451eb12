import type { Alarm } from '#model/alarm';
import { ruleName } from '#model/rule';
import { usePage, useWords } from '../page-context.ts';

/** What is wrong with which point. A condition of the gateway says by itself what it is about. */
export function AlarmName({ alarm: { point, rule } }: { alarm: Alarm }) {
  const { say } = useWords();
  const { places } = usePage();
  const place = places.get(point);
  const name = place === undefined ? point : say(place.point.name);
  const found = say(ruleName(rule, place?.point.quantity ?? 'number'));
  return <>{rule.kind === 'condition' ? found : `${name} ${found}`}</>;
}
