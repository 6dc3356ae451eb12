import type { Limit, LimitRow, LimitTable, Standard } from '#model/limit-table';
import type { Basis } from '#model/standard';
import { HOUR, MINUTE } from '#model/time';
import { dailyHeat, disagreement, forecast, frozen, kineticMean, rising } from './early-signs.ts';

const ours: Basis = { document: 'Hygate', certainty: 'E' };
const storageRules: Basis = {
  document: '疫苗储存和运输管理规范(2017年版)',
  clause: '第十一条',
  certainty: 'S2',
};
/** The clause's -15 °C for freezing stands in our fact base without the clause's text: remembered. */
const freezingRule: Basis = { document: '疫苗储存和运输管理规范(2017年版)', certainty: 'M+' };
const who: Basis = { document: 'WHO PQS 30DTR', certainty: 'S2' };
const gspPowerCut: Basis = {
  document: '药品经营质量管理规范 附录3 温湿度自动监测',
  clause: '第六条',
  certainty: 'S2',
};
const cdcFreezer: Basis = { document: 'CDC Vaccine Storage and Handling Toolkit', certainty: 'S2' };
const cdcUltraCold: Basis = { document: 'CDC Vaccine Storage and Handling Toolkit', certainty: 'M+' };

/** GSP annex 3, clause 6: at a limit and at a power cut at least three named people are told. */
const named = (limit: Limit): Limit => ({ ...limit, people: 3 });

const door: LimitRow = {
  quantity: 'door',
  limits: { high: { value: 1, inclusive: true, severity: 'warning', basis: ours } },
  onDelay: 5 * MINUTE,
  deadband: 0,
  advice: {
    zh: '立即关好箱门。检查门封条和挂物。读数回到范围内之前不要再开门。',
    en: 'Close the door now. Check the seal and what hangs in it. Keep it shut until the reading is back in range.',
  },
};

const power: LimitRow = {
  quantity: 'power',
  limits: { low: named({ value: 1, severity: 'critical', basis: gspPowerCut }) },
  onDelay: MINUTE,
  deadband: 0,
  advice: {
    zh: '不要开门。检查插头、空开和停电范围。启用备用电源；不能恢复时，把疫苗转移到备用冷藏设备并记录。',
    en: 'Keep the door shut. Check plug, breaker and the extent of the cut. Start backup power; if it stays off, move the vaccine to a backup unit and write it down.',
  },
};

const noData: LimitTable['noData'] = { after: 5 * MINUTE, severity: 'critical', basis: ours };

const fridge: LimitTable = {
  title: { zh: '疫苗冷藏 2～8 °C', en: 'Vaccine refrigerator, 2 to 8 °C' },
  rows: [
    {
      quantity: 'temperature',
      limits: {
        'low-low': named({ value: -0.5, inclusive: true, severity: 'critical', onDelay: HOUR, basis: who }),
        low: named({ value: 2, severity: 'warning', basis: storageRules }),
        high: named({ value: 8, severity: 'warning', basis: storageRules }),
        'high-high': named({ value: 8, severity: 'critical', onDelay: 10 * HOUR, basis: who }),
      },
      onDelay: 5 * MINUTE,
      deadband: 0.2,
      advice: {
        zh: '查看箱门、电源和温控。超温疫苗就地隔离、贴“暂停使用”，移入 2～8 °C 的备用冰箱；低于 0 °C 按可能冻结处理。不要自行丢弃，报告主管并按厂家稳定性资料决定。',
        en: 'Check door, power and thermostat. Quarantine the vaccine, label it "do not use", move it to a backup unit at 2 to 8 °C; below 0 °C treat it as possibly frozen. Do not discard it yourself: report it and decide by the maker\'s stability data.',
      },
    },
    door,
    power,
  ],
  rules: [
    rising(4),
    forecast('forecast-high'),
    forecast('forecast-low'),
    frozen,
    disagreement(3),
    dailyHeat,
    kineticMean,
  ],
  noData,
};

const freezer: LimitTable = {
  title: { zh: '疫苗冷冻 −15 °C 以下', en: 'Vaccine freezer, -15 °C and colder' },
  rows: [
    {
      quantity: 'temperature',
      limits: {
        'low-low': named({ value: -50, severity: 'critical', basis: cdcFreezer }),
        low: named({ value: -25, severity: 'warning', basis: ours }),
        high: named({ value: -15, severity: 'warning', basis: freezingRule }),
        'high-high': named({ value: -10, severity: 'critical', basis: ours }),
      },
      onDelay: 10 * MINUTE,
      deadband: 0.5,
      advice: {
        zh: '查看箱门、结霜和电源。升温时把疫苗移入 −15 °C 以下的备用冷冻设备；已化冻的隔离、贴“暂停使用”，不要再冻，报告主管。',
        en: 'Check door, frost and power. When it warms, move the vaccine to a backup freezer at -15 °C or colder; quarantine what has thawed, do not refreeze it, report it.',
      },
    },
    door,
    power,
  ],
  rules: [rising(5), forecast('forecast-high'), frozen],
  noData,
};

const ultraLow: LimitTable = {
  title: { zh: '超低温 −90～−60 °C', en: 'Ultra-low freezer, -90 to -60 °C' },
  rows: [
    {
      quantity: 'temperature',
      limits: {
        'low-low': named({ value: -90, severity: 'critical', basis: cdcUltraCold }),
        low: named({ value: -86, severity: 'warning', basis: ours }),
        high: named({ value: -60, severity: 'warning', basis: cdcUltraCold }),
        'high-high': named({ value: -55, severity: 'critical', basis: ours }),
      },
      onDelay: 10 * MINUTE,
      deadband: 1,
      advice: {
        zh: '不要开门。查看电源、冷凝器滤网和压缩机。持续升温时用干冰或备用超低温冰箱转移（戴防冻手套、保持通风），报告主管；以产品说明书为准。',
        en: 'Keep the door shut. Check power, condenser filter and compressors. If it goes on warming, move the stock to dry ice or a backup unit (cold gloves, fresh air) and report it; the product label decides.',
      },
    },
    door,
    power,
  ],
  rules: [rising(10), forecast('forecast-high'), frozen, disagreement(8)],
  noData,
};

export default {
  name: 'vaccine-storage',
  title: { zh: '疫苗储存', en: 'Vaccine storage' },
  tables: { fridge, freezer, 'ultra-low': ultraLow },
} satisfies Standard;
