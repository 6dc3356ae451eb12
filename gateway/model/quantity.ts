import type { Text } from './text.ts';

/** What is measured. */
export interface QuantitySpec {
  /** UCUM code, as on the wire; empty for a state. https://ucum.org/ucum */
  readonly unit: string;
  /** The unit as people read it. */
  readonly symbol: string;
  readonly name: Text;
  /** Digits after the point when shown. */
  readonly decimals: number;
  /**
   * What any instrument of this quantity could at all show: a value outside is a fault, not a measurement.
   * A driver's point may narrow it to its instrument's range.
   */
  readonly range: readonly [low: number, high: number];
  /** For a state: the meaning of each number. */
  readonly states?: Readonly<Record<number, Text>>;
}

const state = (zh: string, en: string, states: Readonly<Record<number, Text>>): QuantitySpec => ({
  unit: '',
  symbol: '',
  name: { zh, en },
  decimals: 0,
  range: [0, Math.max(...Object.keys(states).map(Number))],
  states,
});

const measured = (
  zh: string,
  en: string,
  [unit, symbol]: readonly [string, string],
  decimals: number,
  range: readonly [number, number],
): QuantitySpec => ({ unit, symbol, name: { zh, en }, decimals, range });

const MG_PER_L = ['mg/L', 'mg/L'] as const;
const BQ_PER_L = ['Bq/L', 'Bq/L'] as const;

/** The closed list of quantities. The key is the InfluxDB measurement. */
export const quantities = {
  temperature: measured('温度', 'temperature', ['Cel', '°C'], 1, [-120, 150]),
  humidity: measured('相对湿度', 'relative humidity', ['%', '%'], 1, [0, 100]),
  'differential-pressure': measured('压差', 'differential pressure', ['Pa', 'Pa'], 1, [-2000, 2000]),
  door: state('门', 'door', { 0: { zh: '关', en: 'closed' }, 1: { zh: '开', en: 'open' } }),
  power: state('市电', 'mains power', { 0: { zh: '断电', en: 'lost' }, 1: { zh: '正常', en: 'present' } }),
  'detector-state': state('探测器状态', 'detector state', {
    0: { zh: '正常', en: 'normal' },
    1: { zh: '故障', en: 'fault' },
    2: { zh: '自检', en: 'self-test' },
  }),
  mass: measured('质量', 'mass', ['kg', 'kg'], 2, [-10, 5000]),
  'free-chlorine': measured('游离氯', 'free chlorine', MG_PER_L, 2, [0, 20]),
  'combined-chlorine': measured('化合氯', 'combined chlorine', MG_PER_L, 2, [0, 20]),
  'total-chlorine': measured('总余氯', 'total residual chlorine', MG_PER_L, 2, [0, 50]),
  'chlorine-dioxide': measured('二氧化氯', 'chlorine dioxide', MG_PER_L, 2, [0, 20]),
  turbidity: measured('浑浊度', 'turbidity', ['[NTU]', 'NTU'], 2, [0, 4000]),
  ph: measured('pH', 'pH', ['[pH]', ''], 2, [0, 14]),
  conductivity: measured('电导率', 'conductivity', ['uS/cm', 'µS/cm'], 0, [0, 200_000]),
  tds: measured('溶解性总固体', 'total dissolved solids', MG_PER_L, 0, [0, 100_000]),
  orp: measured('氧化还原电位', 'oxidation-reduction potential', ['mV', 'mV'], 0, [-2000, 2000]),
  'dissolved-oxygen': measured('溶解氧', 'dissolved oxygen', MG_PER_L, 2, [0, 50]),
  flow: measured('流量', 'flow', ['m3/h', 'm³/h'], 2, [-10_000, 10_000]),
  level: measured('液位', 'level', ['m', 'm'], 2, [-1, 100]),
  cod: measured('化学需氧量', 'chemical oxygen demand', MG_PER_L, 1, [0, 10_000]),
  'ammonia-nitrogen': measured('氨氮', 'ammonia nitrogen', MG_PER_L, 2, [0, 1000]),
  'dose-rate': measured('剂量率', 'ambient dose equivalent rate', ['uSv/h', 'µSv/h'], 3, [0, 10_000_000]),
  'gross-alpha': measured('总α放射性', 'gross alpha activity', BQ_PER_L, 2, [0, 1_000_000]),
  'gross-beta': measured('总β放射性', 'gross beta activity', BQ_PER_L, 2, [0, 1_000_000]),
  battery: measured('电池电量', 'battery charge', ['%', '%'], 0, [0, 100]),
  number: measured('数值', 'number', ['1', ''], 3, [-Number.MAX_VALUE, Number.MAX_VALUE]),
} as const satisfies Record<string, QuantitySpec>;

export type Quantity = keyof typeof quantities;

export const isQuantity = (text: string): text is Quantity => Object.hasOwn(quantities, text);

export const quantitySpec = (quantity: Quantity): QuantitySpec => quantities[quantity];
