import type { TableRule } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { DAY, HOUR, MINUTE } from '#model/time';

/*
 * What shows before a limit is crossed, or that the reading cannot be believed. All of it ours (E): no standard has
 * numbers for it.
 */

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const temperature = { quantity: 'temperature' } as const;

/** Faster than a door that is open for a moment: the unit has failed, or the door stays open. */
export const rising = (limit: number): TableRule => ({
  ...temperature,
  rule: {
    kind: 'rate',
    id: 'rising',
    limit,
    within: 30 * MINUTE,
    deadband: limit / 2,
    severity: 'warning',
    basis: ours,
    advice: {
      zh: '升温过快：查看箱门是否关严、压缩机是否运转、是否刚放入大量疫苗。',
      en: 'It warms fast: is the door shut, does the compressor run, was a large load put in?',
    },
  },
});

/** A compressor's cycle moves every probe; the same digit for two hours does not happen by itself. */
export const frozen: TableRule = {
  ...temperature,
  rule: {
    kind: 'frozen',
    id: 'frozen',
    least: 0.05,
    after: 2 * HOUR,
    severity: 'warning',
    basis: ours,
    advice: {
      zh: '读数两小时未变：用另一支温度计核对，检查探头是否脱落、记录仪是否死机。',
      en: 'The reading has not moved for two hours: compare with a second thermometer, look whether the probe has come off or the logger hangs.',
    },
  },
};

export const forecast = (id: 'forecast-high' | 'forecast-low'): TableRule => ({
  ...temperature,
  rule: {
    kind: 'forecast',
    id,
    horizon: 30 * MINUTE,
    onDelay: 5 * MINUTE,
    severity: 'notice',
    basis: ours,
    advice: {
      zh: '按目前趋势半小时内将超限：现在查看箱门、电源和温控，准备备用设备。',
      en: 'At this trend the limit will be crossed within half an hour: check door, power and thermostat now, have the backup unit ready.',
    },
  },
});

/** Two probes of one unit stand in different compartments: more than their usual distance means that one of them lies. */
export const disagreement = (limit: number): TableRule => ({
  ...temperature,
  key: 'upper-temp',
  rule: {
    kind: 'difference',
    id: 'disagreement',
    otherKey: 'lower-temp',
    limit,
    deadband: limit / 4,
    onDelay: 30 * MINUTE,
    severity: 'warning',
    basis: ours,
    advice: {
      zh: '上下层温差过大：检查风道是否堵塞、探头是否移位；用标准温度计比对，处理前以不利的一个为准。',
      en: 'The compartments differ too much: look for a blocked air duct or a probe out of its place; compare with a reference, until then believe the worse one.',
    },
  },
});

/** What loggers of vaccine record each day beside the single event, and never alarm on (30DTR); told as a notice. */
export const dailyHeat: TableRule = {
  ...temperature,
  rule: {
    kind: 'exposure',
    id: 'heat-exposure',
    beyond: 8,
    limit: 10 * HOUR,
    within: DAY,
    severity: 'notice',
    basis: ours,
    advice: {
      zh: '24 小时内累计高于 8 °C 超过 10 小时：查找反复升温的原因，按厂家稳定性资料评估疫苗。',
      en: "More than 10 hours above 8 °C within the last 24, all together: find what warms it again and again, and judge the vaccine by the maker's data.",
    },
  },
};

/** A number for whoever judges stability; USP limits its use, and it never excuses anything. */
export const kineticMean: TableRule = {
  ...temperature,
  rule: {
    kind: 'kinetic-mean',
    id: 'kinetic-mean',
    limit: 8,
    within: DAY,
    deadband: 0.2,
    severity: 'notice',
    basis: { document: 'USP <1079.2>', certainty: 'M?' },
    advice: {
      zh: '24 小时平均动力学温度高于 8 °C，仅供稳定性评估参考；不能用来解释冻结或任何超温。',
      en: 'The mean kinetic temperature of 24 hours is above 8 °C: for judging stability only. It never excuses freezing or any excursion.',
    },
  },
};
