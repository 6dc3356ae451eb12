import type { Text } from '#model/text';
import { DAY, type EpochMs, type Ms } from '#model/time';
import { type Finding, fault, warning } from './finding.ts';

/** A certificate or a calibration, valid until a day. */
export interface ExpiryFacts {
  readonly kind: 'certificate' | 'calibration';
  readonly name: Text;
  readonly until: EpochMs;
}

const SOON: Ms = 30 * DAY;

const WORDS = {
  certificate: {
    name: { zh: '证书', en: 'certificate of' },
    advice: {
      zh: '请更换证书；过期后加密连接中断',
      en: 'Renew it: connections that need it break on that day',
    },
  },
  calibration: {
    name: { zh: '校准', en: 'calibration of' },
    advice: {
      zh: '请送检或更换传感器，并在站点文件登记新日期',
      en: 'Have the sensor calibrated or exchange it, and enter the new date in the site file',
    },
  },
} as const;

export const ofExpiries = (expiries: readonly ExpiryFacts[], now: EpochMs): readonly Finding[] =>
  expiries.filter(({ until }) => until - now < SOON).map((expiry) => expiring(expiry, now));

function expiring({ kind, name, until }: ExpiryFacts, now: EpochMs): Finding {
  const { name: of, advice } = WORDS[kind];
  const day = new Date(until).toISOString().slice(0, 10);
  const over = until <= now;
  // An instrument measures on after its day; a connection does not.
  const say = over && kind === 'certificate' ? fault : warning;
  return say({
    code: `${kind}-${over ? 'expired' : 'expiring'}`,
    about: { zh: `${name.zh}${of.zh}`, en: `${of.en} ${name.en}` },
    what: over
      ? { zh: `已于 ${day} 过期`, en: `it expired on ${day}` }
      : { zh: `将于 ${day} 到期`, en: `it expires on ${day}` },
    advice,
  });
}
