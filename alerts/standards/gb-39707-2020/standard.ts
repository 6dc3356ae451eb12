import type { Standard } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
/** "< 5 °C, 72 h": the clause number was not seen. */
const coldStorage: Basis = { document: 'GB 39707-2020', certainty: 'S2' };

export default {
  name: 'gb-39707-2020',
  title: { zh: '医疗废物处理处置污染控制标准', en: 'Pollution control for medical waste' },
  tables: {
    'cold-store': {
      title: { zh: '医疗废物冷库', en: 'Cold store for medical waste' },
      rows: [
        {
          quantity: 'temperature',
          limits: {
            high: { value: 5, inclusive: true, severity: 'warning', basis: coldStorage },
            'high-high': { value: 20, inclusive: true, severity: 'critical', basis: ours },
          },
          onDelay: 15 * MINUTE,
          deadband: 0.3,
          advice: {
            zh: '查看库门、制冷机和电源。不能降到 5 °C 以下时，联系处置单位提前清运，暂存不得超过 48 小时。',
            en: 'Check door, refrigeration and power. If it cannot be brought below 5 °C, have the waste collected early: no more than 48 hours in the hospital.',
          },
        },
        {
          quantity: 'differential-pressure',
          limits: { high: { value: -2, severity: 'warning', basis: ours } },
          onDelay: 3 * MINUTE,
          deadband: 0.5,
          advice: {
            zh: '关好库门，检查排风机和过滤器：暂存间应保持负压。恢复前进入请加强防护。',
            en: 'Close the door, check exhaust fan and filter: the store must stay under negative pressure. Wear protection until it is back.',
          },
        },
        {
          quantity: 'door',
          limits: { high: { value: 1, inclusive: true, severity: 'warning', basis: ours } },
          onDelay: 5 * MINUTE,
          deadband: 0,
          advice: {
            zh: '立即关闭并锁好库门，核对在场人员。',
            en: 'Close and lock the door now; check who is there.',
          },
        },
        {
          quantity: 'power',
          limits: { low: { value: 1, severity: 'critical', basis: ours } },
          onDelay: MINUTE,
          deadband: 0,
          advice: {
            zh: '检查空开和停电范围，启用备用电源；不要开库门，准备提前清运。',
            en: 'Check breaker and the extent of the cut, start backup power; keep the door shut and prepare an early collection.',
          },
        },
      ],
      rules: [
        {
          quantity: 'temperature',
          rule: {
            kind: 'forecast',
            id: 'forecast-high',
            horizon: 30 * MINUTE,
            onDelay: 5 * MINUTE,
            severity: 'notice',
            basis: ours,
            advice: {
              zh: '按目前趋势半小时内将达到 5 °C：查看库门、制冷机和电源。',
              en: 'At this trend it reaches 5 °C within half an hour: check door, refrigeration and power.',
            },
          },
        },
        {
          quantity: 'temperature',
          rule: {
            kind: 'frozen',
            id: 'frozen',
            least: 0.05,
            after: 2 * HOUR,
            severity: 'warning',
            basis: ours,
            advice: {
              zh: '读数两小时未变：用另一支温度计核对，检查探头和控制器。',
              en: 'The reading has not moved for two hours: compare with a second thermometer, look at probe and controller.',
            },
          },
        },
      ],
      noData: { after: 15 * MINUTE, severity: 'warning', basis: ours },
    },
  },
} satisfies Standard;
