import type { Text } from '#model/text';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { type Finding, fault, warning } from './finding.ts';

export interface ClockFacts {
  readonly now: EpochMs;
  /** When the newest row of the journal was written; null without one. */
  readonly newestRow: EpochMs | null;
  /** Whether a time server keeps the clock; undefined: nobody can say. */
  readonly kept: boolean | undefined;
  /** What the gateway's answer bears for its time; null when it does not answer. */
  readonly gateway: EpochMs | null;
}

/** This program is not older, and will hardly be run later. */
const PLAUSIBLE = [Date.UTC(2026, 0, 1), Date.UTC(2076, 0, 1)] as const;
/** The header counts whole seconds, and the way takes its time. */
const APART: Ms = 10 * SECOND;

const about: Text = { zh: '时钟', en: 'clock' };
const SET: Text = {
  zh: '请校准时间并启用时间同步（timedatectl set-ntp true），然后重启网关',
  en: 'Set it and have a time server keep it (timedatectl set-ntp true), then restart the gateway',
};

export function ofClock(facts: ClockFacts): readonly Finding[] {
  return [...ofTime(facts), ...ofKeeping(facts)];
}

function ofTime({ now, newestRow, gateway }: ClockFacts): Finding[] {
  const shown = new Date(now).toISOString();
  if (now < PLAUSIBLE[0] || now > PLAUSIBLE[1]) {
    const what = { zh: `时间 ${shown} 不可能正确`, en: `it shows ${shown}, which cannot be` };
    return [fault({ code: 'clock-implausible', about, what, advice: SET })];
  }
  if (newestRow !== null && newestRow - now > MINUTE) {
    const row = new Date(newestRow).toISOString();
    const what = {
      zh: `时间 ${shown} 早于已记录的读数（${row}）`,
      en: `it shows ${shown}, but readings were recorded until ${row} already`,
    };
    return [fault({ code: 'clock-behind', about, what, advice: SET })];
  }
  return gateway !== null && Math.abs(gateway - now) > APART ? [apart(gateway - now)] : [];
}

function apart(by: Ms): Finding {
  const seconds = Math.round(by / SECOND);
  return warning({
    code: 'clock-apart',
    about,
    what: {
      zh: `本机与网关时间相差 ${seconds} 秒`,
      en: `the gateway's clock is ${seconds} s from the clock of this machine`,
    },
    advice: SET,
  });
}

function ofKeeping({ kept }: ClockFacts): Finding[] {
  if (kept !== false) return [];
  const what = { zh: '没有时间服务器校准', en: 'no time server keeps it' };
  const advice = {
    zh: '记录时间会漂移：timedatectl set-ntp true，并放行医院时间服务器（UDP 123）',
    en: 'Recorded times will drift: timedatectl set-ntp true, and let the box reach the time server of the house (UDP 123)',
  };
  return [warning({ code: 'clock-unkept', about, what, advice })];
}
