import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'radiation-monitor',
  title: { zh: '区域γ辐射监测仪', en: 'Area gamma monitor' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'dose-rate',
      name: { zh: '周围剂量当量率', en: 'Ambient dose equivalent rate' },
      quantity: 'dose-rate',
      // Natural background is 0.05 to 0.15 µSv/h everywhere: a detector that shows nothing is broken.
      range: [0.01, 100_000],
      modbus: {
        table: 'input',
        address: 0,
        type: 'uint32',
        order: 'CDAB',
        scale: 0.001,
        faults: [{ raw: 4294967295, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'detector',
      name: { zh: '探测器', en: 'Detector' },
      quantity: 'detector-state',
      modbus: { table: 'input', address: 2, type: 'uint16' },
    },
  ],
} satisfies Driver;
