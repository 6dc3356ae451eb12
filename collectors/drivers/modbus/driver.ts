import type { Driver } from '#model/driver';
import { SECOND } from '#model/time';

export default {
  name: 'modbus',
  title: { zh: '通用 Modbus 设备', en: 'Any Modbus device' },
  every: 10 * SECOND,
  protocol: 'modbus',
  points: 'site',
} satisfies Driver;
