import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'pool-station',
  title: { zh: '泳池、水疗池水质监测站', en: 'Station for swimming and hydrotherapy pools' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'free-chlorine',
      name: { zh: '游离性余氯', en: 'Free chlorine' },
      quantity: 'free-chlorine',
      range: [0, 10],
      modbus: {
        table: 'holding',
        address: 100,
        type: 'uint16',
        scale: 0.01,
        faults: [{ raw: 65535, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'combined-chlorine',
      name: { zh: '化合性余氯', en: 'Combined chlorine' },
      quantity: 'combined-chlorine',
      range: [0, 10],
      modbus: {
        table: 'holding',
        address: 101,
        type: 'uint16',
        scale: 0.01,
        faults: [{ raw: 65535, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'ph',
      name: { zh: 'pH', en: 'pH' },
      quantity: 'ph',
      range: [0, 14],
      modbus: {
        table: 'holding',
        address: 102,
        type: 'uint16',
        scale: 0.01,
        faults: [
          { raw: 65535, reason: 'sensor-fault' },
          { raw: 65534, reason: 'calibration' },
        ],
      },
    },
    {
      key: 'orp',
      name: { zh: '氧化还原电位', en: 'ORP' },
      quantity: 'orp',
      range: [-1500, 1500],
      modbus: {
        table: 'holding',
        address: 103,
        type: 'int16',
        faults: [{ raw: 32767, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'turbidity',
      name: { zh: '浑浊度', en: 'Turbidity' },
      quantity: 'turbidity',
      range: [0, 20],
      modbus: {
        table: 'holding',
        address: 104,
        type: 'uint16',
        scale: 0.01,
        faults: [{ raw: 65535, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'temp',
      name: { zh: '池水温度', en: 'Water temperature' },
      quantity: 'temperature',
      range: [-5, 60],
      modbus: {
        table: 'holding',
        address: 105,
        type: 'int16',
        scale: 0.1,
        faults: [{ raw: 32767, reason: 'sensor-fault' }],
      },
    },
  ],
} satisfies Driver;
