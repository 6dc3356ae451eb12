import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'cold-room-controller',
  title: { zh: '医疗废物冷库控制器', en: 'Cold-room controller of a medical-waste store' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'temp',
      name: { zh: '库温', en: 'Room temperature' },
      quantity: 'temperature',
      range: [-40, 60],
      modbus: {
        table: 'input',
        address: 0,
        type: 'int16',
        scale: 0.1,
        faults: [
          { raw: 32767, reason: 'sensor-fault' },
          { raw: -32768, reason: 'sensor-fault' },
        ],
      },
    },
    {
      key: 'humidity',
      name: { zh: '湿度', en: 'Humidity' },
      quantity: 'humidity',
      range: [0, 100],
      modbus: {
        table: 'input',
        address: 1,
        type: 'uint16',
        scale: 0.1,
        faults: [{ raw: 65535, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'pressure',
      name: { zh: '库内外压差', en: 'Pressure against the corridor' },
      quantity: 'differential-pressure',
      range: [-250, 250],
      modbus: {
        table: 'input',
        address: 2,
        type: 'int16',
        scale: 0.1,
        faults: [{ raw: 32767, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'door',
      name: { zh: '库门', en: 'Door' },
      quantity: 'door',
      modbus: { table: 'discrete', address: 0, type: 'bool' },
    },
  ],
} satisfies Driver;
