import type { AlarmAction, ServiceAction } from '#model/alarm';
import type { SitePoint } from '#model/site';
import type { Text } from '#model/text';
import { DAY, type EpochMs } from '#model/time';
import type { Mistakes, Path } from '../../config/mistakes.ts';
import { suggest } from '../../config/nearest.ts';
import { ms } from '../../config/world.ts';
import { type ActFile, DEEDS } from './cases-file.ts';
import type { PlannedAct } from './script.ts';

type Deed = (typeof DEEDS)[number];

export interface Planning {
  readonly from: EpochMs;
  readonly path: Path;
  readonly points: ReadonlyMap<string, SitePoint>;
  readonly mistakes: Mistakes;
}

/** Undefined when the act is not one. */
export function planAct(act: ActFile, planning: Planning): PlannedAct | undefined {
  const { path, mistakes, from } = planning;
  const deeds = DEEDS.filter((deed) => act[deed] !== undefined);
  const [deed] = deeds;
  if (deed === undefined || deeds.length > 1) {
    const message =
      deed === undefined
        ? { zh: '什么也没有做', en: 'does nothing' }
        : { zh: `做了几件事：${deeds.join('、')}`, en: `does several things: ${deeds.join(', ')}` };
    mistakes.add(path, message, {
      zh: `请写其中之一：${DEEDS.join('、')}`,
      en: `give one of ${DEEDS.join(', ')}`,
    });
    return undefined;
  }
  const [point = '', rule = ''] = (act[deed] ?? '').split('/');
  const target = [...path, deed];
  const found = planning.points.get(point);
  if (found === undefined) {
    mistakes.add(target, noPoint(point), suggest(point, planning.points.keys()));
    return undefined;
  }
  const at = from + ms(act.at);
  const service = serviceOf(deed, act, at);
  if (service !== undefined) return { at, by: act.by, point, rule: null, action: service };
  const rules = found.rules.map(({ id }) => id);
  if (!rules.some((id) => id === rule)) {
    const message = { zh: `${point} 没有规则 "${rule}"`, en: `${point} has no rule "${rule}"` };
    mistakes.add(target, message, suggest(rule, rules));
  }
  const action = actionOf(deed, act, at);
  return action && { at, by: act.by, point, rule, action };
}

export const noPoint = (point: string): Text => ({
  zh: `站点没有测点 "${point}"`,
  en: `the site has no point "${point}"`,
});

function serviceOf(deed: Deed, { reason, for: length }: ActFile, at: EpochMs): ServiceAction | undefined {
  if (deed === 'in-service') return { type: deed, comment: reason };
  if (deed !== 'out-of-service') return undefined;
  return { type: deed, until: at + (length === undefined ? DAY : ms(length)), comment: reason };
}

function actionOf(deed: Deed, act: ActFile, at: EpochMs): AlarmAction | undefined {
  const { reason: comment, for: length } = act;
  switch (deed) {
    case 'acknowledge':
      return { type: deed, comment, ...(length !== undefined && { until: at + ms(length) }) };
    case 'shelve':
      // An hour, where nothing is said: what every severity may have by the usual policy.
      return { type: deed, until: at + ms(length ?? '1h'), oneShot: act['one-shot'], comment };
    case 'grant-shelf':
    case 'unshelve':
    case 'reset':
    case 'comment':
      return { type: deed, comment };
    default:
      return undefined;
  }
}
