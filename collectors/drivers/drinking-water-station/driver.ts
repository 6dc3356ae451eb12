import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'drinking-water-station',
  title: { zh: '生活饮用水在线监测站', en: 'Drinking-water station' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: [
    {
      key: 'free-chlorine',
      name: { zh: '游离氯', en: 'Free chlorine' },
      quantity: 'free-chlorine',
      range: [0, 10],
      modbus: { table: 'holding', address: 0, type: 'float32', order: 'CDAB' },
    },
    {
      key: 'turbidity',
      name: { zh: '浑浊度', en: 'Turbidity' },
      quantity: 'turbidity',
      range: [0, 100],
      modbus: { table: 'holding', address: 2, type: 'float32', order: 'CDAB' },
    },
    {
      key: 'ph',
      name: { zh: 'pH', en: 'pH' },
      quantity: 'ph',
      range: [0, 14],
      modbus: { table: 'holding', address: 4, type: 'float32', order: 'CDAB' },
    },
    {
      key: 'conductivity',
      name: { zh: '电导率', en: 'Conductivity' },
      quantity: 'conductivity',
      range: [0, 5000],
      modbus: { table: 'holding', address: 6, type: 'float32', order: 'CDAB' },
    },
    {
      key: 'temp',
      name: { zh: '水温', en: 'Water temperature' },
      quantity: 'temperature',
      range: [-5, 60],
      modbus: { table: 'holding', address: 8, type: 'float32', order: 'CDAB' },
    },
    {
      key: 'flow',
      name: { zh: '流量', en: 'Flow' },
      quantity: 'flow',
      range: [-200, 200],
      modbus: { table: 'holding', address: 16, type: 'float32', order: 'CDAB' },
    },
  ],
} satisfies Driver;
