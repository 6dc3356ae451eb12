import type { Driver } from '#model/driver';
import { MINUTE } from '#model/time';

export default {
  name: 'mqtt-logger',
  title: { zh: '冷藏箱温度记录仪（MQTT）', en: 'Temperature logger of a transport box (MQTT)' },
  every: MINUTE,
  protocol: 'mqtt',
  points: [
    {
      key: 'temp',
      name: { zh: '箱内温度', en: 'Box temperature' },
      quantity: 'temperature',
      // The range of a WHO PQS temperature logger.
      range: [-30, 60],
    },
    {
      key: 'battery',
      name: { zh: '电池', en: 'Battery' },
      quantity: 'battery',
      range: [0, 100],
    },
  ],
} satisfies Driver;
