import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'wastewater-station',
  title: { zh: '医院污水在线监测站', en: 'Hospital wastewater station' },
  every: 30 * SECOND,
  protocol: 'modbus',
  // Its data logger answers exception 2 to a request that touches a register outside its table.
  traits: { hole: 0 },
  points: [
    {
      key: 'flow',
      name: { zh: '流量', en: 'Flow' },
      quantity: 'flow',
      range: [0, 500],
      modbus: {
        table: 'holding',
        address: 0,
        type: 'uint32',
        scale: 0.001,
        faults: [{ raw: 4294967295, reason: 'sensor-fault' }],
      },
    },
    {
      key: 'ph',
      name: { zh: 'pH', en: 'pH' },
      quantity: 'ph',
      range: [0, 14],
      modbus: { table: 'holding', address: 10, type: 'float32' },
    },
    {
      key: 'cod',
      name: { zh: '化学需氧量', en: 'COD' },
      quantity: 'cod',
      range: [0, 1000],
      modbus: { table: 'holding', address: 12, type: 'float32' },
    },
    {
      key: 'ammonia-nitrogen',
      name: { zh: '氨氮', en: 'Ammonia nitrogen' },
      quantity: 'ammonia-nitrogen',
      range: [0, 100],
      modbus: { table: 'holding', address: 14, type: 'float32' },
    },
    {
      key: 'total-chlorine',
      name: { zh: '接触池总余氯', en: 'Total residual chlorine, contact tank' },
      quantity: 'total-chlorine',
      range: [0, 20],
      modbus: { table: 'holding', address: 16, type: 'float32' },
    },
  ],
} satisfies Driver;
