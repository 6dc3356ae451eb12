import type { Text } from './text.ts';

/**
 * How far a reading may be believed. Only `good` is a value that clears a limit alarm; `uncertain` may raise one;
 * `bad` does neither and raises its own.
 */
export type Quality = 'good' | 'uncertain' | 'bad';

/** Why a reading is not good: a closed list. The index is the number on disk, so entries are only appended. */
export const REASONS = [
  'comm-timeout',
  'comm-refused',
  'device-exception',
  'decode',
  'out-of-range',
  'sensor-fault',
  'frozen',
  'stale',
  'calibration',
  'maintenance',
  'substituted',
  'clock',
] as const;

export type Reason = (typeof REASONS)[number];

export const QUALITIES: readonly Quality[] = ['good', 'uncertain', 'bad'];

/** The number of a quality on disk and in InfluxDB's field `q`: 0 good, 1 uncertain, 2 bad. */
export const qualityCode: Readonly<Record<Quality, number>> = { good: 0, uncertain: 1, bad: 2 };

const reasons: ReadonlySet<string> = new Set(REASONS);

export const isReason = (text: unknown): text is Reason => typeof text === 'string' && reasons.has(text);

export const isQuality = (text: unknown): text is Quality =>
  text === 'good' || text === 'uncertain' || text === 'bad';

export const reasonNames: Readonly<Record<Reason, Text>> = {
  'comm-timeout': { zh: '设备无应答', en: 'device does not answer' },
  'comm-refused': { zh: '连接被拒绝', en: 'connection refused' },
  'device-exception': { zh: '设备返回异常', en: 'device answered with an exception' },
  decode: { zh: '数据无法解析', en: 'data cannot be decoded' },
  'out-of-range': { zh: '超出物理量程', en: 'outside the physical range' },
  'sensor-fault': { zh: '传感器故障', en: 'sensor fault' },
  frozen: { zh: '数值不再变化', en: 'value no longer changes' },
  stale: { zh: '数据过时', en: 'data out of date' },
  calibration: { zh: '校准中', en: 'calibration' },
  maintenance: { zh: '维护中', en: 'maintenance' },
  substituted: { zh: '人工替代值', en: 'substituted value' },
  clock: { zh: '设备时钟不可信', en: 'device clock not trusted' },
};
