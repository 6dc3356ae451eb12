import { pointId } from '#model/point';
import { type Quantity, quantitySpec } from '#model/quantity';
import { leastRetention } from '#model/retention';
import type { LimitRule, NoDataRule } from '#model/rule';
import type { AreaKind, Site, SiteDevice, SitePoint } from '#model/site';
import { MINUTE, SECOND } from '#model/time';
import { siteRest } from './site-rest.ts';

export const high: LimitRule = {
  kind: 'limit',
  id: 'high',
  limit: 8,
  inclusive: false,
  deadband: 0.3,
  onDelay: 10 * MINUTE,
  offDelay: MINUTE,
  severity: 'critical',
  basis: { document: '疫苗储存和运输管理规范(2017年版)', clause: '第十一条', certainty: 'S2' },
  advice: { zh: '检查门和压缩机;转移疫苗。', en: 'Check door and compressor; move the vaccine.' },
};

export const low: LimitRule = { ...high, id: 'low', limit: 2 };

export const noData: NoDataRule = {
  kind: 'no-data',
  id: 'no-data',
  after: 5 * MINUTE,
  severity: 'warning',
  basis: { document: 'Hygate', certainty: 'E' },
  advice: { zh: '检查供电和网络。', en: 'Check power and network.' },
};

interface PointOptions {
  readonly key: string;
  readonly name: readonly [zh: string, en: string];
  readonly quantity: Quantity;
  readonly rules?: SitePoint['rules'];
}

interface DeviceOptions {
  readonly id: string;
  readonly area: string;
  readonly name: readonly [zh: string, en: string];
  readonly points: readonly PointOptions[];
}

const device = ({ id, area, name: [zh, en], points }: DeviceOptions): SiteDevice => ({
  id,
  area,
  name: { zh, en },
  driver: 'mqtt-logger',
  every: 10 * SECOND,
  calibration: null,
  link: { protocol: 'mqtt', user: id, password: 'never-to-be-shown' },
  points: points.map(({ key, name, quantity, rules = [] }) => ({
    id: pointId(id, key),
    key,
    device: id,
    area,
    name: { zh: name[0], en: name[1] },
    quantity,
    range: quantitySpec(quantity).range,
    every: 10 * SECOND,
    rules: [...rules, noData],
  })),
});

const upper: PointOptions = {
  key: 'upper-temp',
  name: ['上层温度', 'Upper temperature'],
  quantity: 'temperature',
  rules: [low, high],
};
const lower: PointOptions = {
  key: 'lower-temp',
  name: ['下层温度', 'Lower temperature'],
  quantity: 'temperature',
  rules: [low, high],
};
const door: PointOptions = { key: 'door', name: ['门', 'Door'], quantity: 'door' };
const power: PointOptions = { key: 'power', name: ['市电', 'Mains power'], quantity: 'power' };

const areas: readonly { id: string; zh: string; en: string; kind: AreaKind }[] = [
  { id: 'vaccine', zh: '预防接种门诊', en: 'Vaccination clinic', kind: 'cold-chain' },
  { id: 'waste-store', zh: '医疗废物暂存间', en: 'Medical waste store', kind: 'medical-waste' },
  { id: 'wastewater', zh: '污水处理站', en: 'Wastewater station', kind: 'wastewater' },
  { id: 'radiation', zh: '放射科', en: 'Radiology', kind: 'radiation' },
];

/** A small hospital that listens on a free port of the loopback address. */
export const apiSite: Site = {
  id: 'hz-second',
  name: { zh: '第二人民医院', en: 'Second People’s Hospital' },
  region: ['示范市', '城东区'],
  mqtt: { host: '127.0.0.1', port: 0 },
  http: { host: '127.0.0.1', port: 0 },
  areas: areas.map(({ id, zh, en, kind }) => ({ id, name: { zh, en }, kind })),
  devices: [
    device({
      id: 'fridge-1',
      area: 'vaccine',
      name: ['一号疫苗冰箱', 'Vaccine fridge 1'],
      points: [upper, lower, door, power],
    }),
    device({
      id: 'fridge-2',
      area: 'vaccine',
      name: ['二号疫苗冰箱', 'Vaccine fridge 2'],
      points: [upper, lower, door, power],
    }),
    device({
      id: 'waste-cold-1',
      area: 'waste-store',
      name: ['一号冷库', 'Cold room 1'],
      points: [
        {
          key: 'temp',
          name: ['温度', 'Temperature'],
          quantity: 'temperature',
          rules: [{ ...high, limit: 20 }],
        },
        { key: 'humidity', name: ['湿度', 'Humidity'], quantity: 'humidity' },
        { key: 'pressure', name: ['压差', 'Differential pressure'], quantity: 'differential-pressure' },
        door,
      ],
    }),
    device({
      id: 'outfall',
      area: 'wastewater',
      name: ['总排口', 'Outfall'],
      points: [
        { key: 'ph', name: ['pH', 'pH'], quantity: 'ph' },
        { key: 'cod', name: ['化学需氧量', 'COD'], quantity: 'cod' },
        { key: 'ammonia-nitrogen', name: ['氨氮', 'Ammonia nitrogen'], quantity: 'ammonia-nitrogen' },
        { key: 'total-chlorine', name: ['总余氯', 'Total residual chlorine'], quantity: 'total-chlorine' },
      ],
    }),
    device({
      id: 'ct-door',
      area: 'radiation',
      name: ['CT 机房门口', 'CT room door'],
      points: [
        { key: 'dose-rate', name: ['剂量率', 'Dose rate'], quantity: 'dose-rate' },
        { key: 'detector', name: ['探测器', 'Detector'], quantity: 'detector-state' },
      ],
    }),
  ],
  people: [],
  routes: [],
  channels: {},
  clients: [{ user: 'hmi', password: 'never-to-be-shown', role: 'reader' }],
  influx: null,
  retention: leastRetention(),
  ...siteRest,
};

export const POINT = 'fridge-1.upper-temp';
