import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

const probe = (address: number) =>
  ({
    table: 'input',
    address,
    type: 'int16',
    scale: 0.1,
    faults: [
      { raw: 32767, reason: 'sensor-fault' },
      { raw: -32768, reason: 'sensor-fault' },
    ],
  }) as const;

export default {
  name: 'modbus-fridge',
  title: { zh: '疫苗冷藏冰箱（Modbus）', en: 'Vaccine refrigerator (Modbus)' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'upper-temp',
      name: { zh: '上层温度', en: 'Upper compartment' },
      quantity: 'temperature',
      range: [-40, 60],
      modbus: probe(0),
    },
    {
      key: 'lower-temp',
      name: { zh: '下层温度', en: 'Lower compartment' },
      quantity: 'temperature',
      range: [-40, 60],
      modbus: probe(1),
    },
    {
      key: 'door',
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door',
      modbus: { table: 'input', address: 2, type: 'bool', bit: 0 },
    },
    {
      key: 'power',
      name: { zh: '市电', en: 'Mains' },
      quantity: 'power',
      modbus: { table: 'input', address: 2, type: 'bool', bit: 1 },
    },
  ],
} satisfies Driver;
