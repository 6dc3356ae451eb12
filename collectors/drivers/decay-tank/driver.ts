import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'decay-tank',
  title: { zh: '核医学衰变池监测仪', en: 'Decay-tank monitor of nuclear medicine' },
  every: 30 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'level',
      name: { zh: '液位', en: 'Level' },
      quantity: 'level',
      range: [0, 10],
      modbus: {
        table: 'input',
        address: 0,
        type: 'uint16',
        order: 'BADC',
        scale: 0.001,
        faults: [{ raw: 65535, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'dose-rate',
      name: { zh: '池壁剂量率', en: 'Dose rate at the wall' },
      quantity: 'dose-rate',
      // Natural background is 0.05 to 0.15 µSv/h everywhere: a detector that shows nothing is broken.
      range: [0.01, 100_000],
      modbus: { table: 'input', address: 2, type: 'float32', order: 'DCBA' },
    },
  ],
} satisfies Driver;
