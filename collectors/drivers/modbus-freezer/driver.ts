import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'modbus-freezer',
  title: { zh: '疫苗冷冻冰箱（Modbus）', en: 'Vaccine freezer (Modbus)' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'temp',
      name: { zh: '箱内温度', en: 'Compartment' },
      quantity: 'temperature',
      range: [-60, 60],
      modbus: {
        table: 'holding',
        address: 256,
        type: 'int16',
        scale: 0.1,
        faults: [
          { raw: 32767, reason: 'sensor-fault' },
          { raw: -32768, reason: 'sensor-fault' },
        ],
      },
    },
    {
      key: 'door',
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door',
      modbus: { table: 'discrete', address: 0, type: 'bool' },
    },
    {
      key: 'power',
      name: { zh: '市电', en: 'Mains' },
      quantity: 'power',
      modbus: { table: 'discrete', address: 1, type: 'bool' },
    },
  ],
} satisfies Driver;
