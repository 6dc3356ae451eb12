import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'opcua',
  title: { zh: '通用 OPC UA 设备', en: 'Any OPC UA server' },
  every: 10 * SECOND,
  protocol: 'opcua',
  points: 'site',
} satisfies Driver;
