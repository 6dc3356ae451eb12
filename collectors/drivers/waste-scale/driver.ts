import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'waste-scale',
  title: { zh: '医疗废物电子秤', en: 'Scale for medical waste' },
  every: 10 * SECOND,
  protocol: 'modbus',
  // Weighing indicators are slow on the line: they answer between two conversions.
  traits: { pauseMs: 20 },
  points: [
    {
      key: 'weight',
      name: { zh: '重量', en: 'Weight' },
      quantity: 'mass',
      range: [-5, 600],
      modbus: {
        table: 'holding',
        address: 0,
        type: 'int32',
        scale: 0.001,
        faults: [
          { raw: 2147483647, reason: 'out-of-range' },
          { raw: -2147483648, reason: 'sensor-fault' },
        ],
      },
    },
  ],
} satisfies Driver;
