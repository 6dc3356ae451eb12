import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'opcua-freezer',
  title: { zh: '疫苗冷冻冰箱（OPC UA）', en: 'Vaccine freezer (OPC UA)' },
  every: 10 * SECOND,
  protocol: 'opcua',
  points: [
    {
      key: 'temp',
      name: { zh: '箱内温度', en: 'Compartment' },
      quantity: 'temperature',
      range: [-60, 60],
      opcua: { node: 'nsu=urn:hygate:opcua-freezer;s=Temp' },
    },
    {
      key: 'door',
      name: { zh: '箱门', en: 'Door' },
      quantity: 'door',
      opcua: { node: 'nsu=urn:hygate:opcua-freezer;s=Door' },
    },
    {
      key: 'power',
      name: { zh: '市电', en: 'Mains' },
      quantity: 'power',
      opcua: { node: 'nsu=urn:hygate:opcua-freezer;s=Power' },
    },
  ],
} satisfies Driver;
