import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'opcua-ultra-freezer',
  title: { zh: '超低温冰箱（OPC UA）', en: 'Ultra-low freezer (OPC UA)' },
  every: 10 * SECOND,
  protocol: 'opcua',
  points: [
    {
      key: 'upper-temp',
      name: { zh: '上层温度', en: 'Upper compartment' },
      quantity: 'temperature',
      range: [-110, 60],
      opcua: { node: 'nsu=urn:hygate:opcua-ultra-freezer;s=UpperTemp' },
    },
    {
      key: 'lower-temp',
      name: { zh: '下层温度', en: 'Lower compartment' },
      quantity: 'temperature',
      range: [-110, 60],
      opcua: { node: 'nsu=urn:hygate:opcua-ultra-freezer;s=LowerTemp' },
    },
    {
      key: 'door',
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door',
      opcua: { node: 'nsu=urn:hygate:opcua-ultra-freezer;s=Door' },
    },
    {
      key: 'power',
      name: { zh: '市电', en: 'Mains' },
      quantity: 'power',
      opcua: { node: 'nsu=urn:hygate:opcua-ultra-freezer;s=Power' },
    },
  ],
} satisfies Driver;
