import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'opcua-fridge',
  title: { zh: '疫苗冷藏冰箱（OPC UA）', en: 'Vaccine refrigerator (OPC UA)' },
  every: 10 * SECOND,
  protocol: 'opcua',
  points: [
    {
      key: 'upper-temp',
      name: { zh: '上层温度', en: 'Upper compartment' },
      quantity: 'temperature',
      range: [-40, 60],
      opcua: { node: 'nsu=urn:hygate:opcua-fridge;s=UpperTemp' },
    },
    {
      key: 'lower-temp',
      name: { zh: '下层温度', en: 'Lower compartment' },
      quantity: 'temperature',
      range: [-40, 60],
      opcua: { node: 'nsu=urn:hygate:opcua-fridge;s=LowerTemp' },
    },
    {
      key: 'door',
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door',
      opcua: { node: 'nsu=urn:hygate:opcua-fridge;s=Door' },
    },
    {
      key: 'power',
      name: { zh: '市电', en: 'Mains' },
      quantity: 'power',
      opcua: { node: 'nsu=urn:hygate:opcua-fridge;s=Power' },
    },
  ],
} satisfies Driver;
