import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'chlorine-dioxide-analyser',
  title: { zh: '二氧化氯在线分析仪', en: 'Chlorine dioxide analyser' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'chlorine-dioxide',
      name: { zh: '二氧化氯', en: 'Chlorine dioxide' },
      quantity: 'chlorine-dioxide',
      range: [0, 5],
      modbus: {
        table: 'input',
        address: 0,
        type: 'uint16',
        scale: 0.001,
        faults: [{ raw: 65535, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'temp',
      name: { zh: '水温', en: 'Water temperature' },
      quantity: 'temperature',
      range: [-5, 60],
      modbus: {
        table: 'input',
        address: 1,
        type: 'int16',
        scale: 0.1,
        faults: [{ raw: 32767, reason: 'sensor-fault' }],
      },
    },
  ],
} satisfies Driver;
