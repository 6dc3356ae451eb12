import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'modbus-ultra-freezer',
  title: { zh: '超低温冰箱（Modbus）', en: 'Ultra-low freezer (Modbus)' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'upper-temp',
      name: { zh: '上层温度', en: 'Upper compartment' },
      quantity: 'temperature',
      range: [-110, 60],
      modbus: {
        table: 'holding',
        address: 0,
        type: 'float32',
        faults: [{ raw: -999, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'lower-temp',
      name: { zh: '下层温度', en: 'Lower compartment' },
      quantity: 'temperature',
      range: [-110, 60],
      modbus: {
        table: 'holding',
        address: 2,
        type: 'float32',
        faults: [{ raw: -999, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'door',
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door',
      modbus: { table: 'coil', address: 16, type: 'bool' },
    },
    {
      key: 'power',
      name: { zh: '市电', en: 'Mains' },
      quantity: 'power',
      modbus: { table: 'coil', address: 17, type: 'bool' },
    },
  ],
} satisfies Driver;
