import type { OpcuaLink, SiteDevice, SitePoint } from '#model/site';
import { SERVER_NAMESPACE } from './opcua-server.ts';

export interface OpcuaDeviceOptions {
  readonly url: string;
  /** Key of the point → node id; a bare name is a node of the test server. */
  readonly nodes: Readonly<Record<string, string>>;
  readonly every?: number;
  readonly link?: Partial<OpcuaLink>;
}

/** A device as the configuration would hand it over, with short times. */
export function opcuaDevice({ url, nodes, every = 300, link = {} }: OpcuaDeviceOptions): SiteDevice {
  const keys = Object.keys(nodes);
  return {
    id: 'fridge-1',
    area: 'vaccine',
    name: { zh: '冰箱', en: 'Fridge' },
    driver: 'opcua',
    every,
    calibration: null,
    points: keys.map((key) => pointOf(key, every)),
    link: {
      protocol: 'opcua',
      url,
      security: 'none',
      identity: { kind: 'anonymous' },
      serverFingerprint: null,
      acquire: 'poll',
      sampling: 100,
      timeout: 4000,
      points: keys.map((key) => ({ key, address: { node: nodeIdOf(nodes[key] ?? '') } })),
      ...link,
    },
  };
}

const nodeIdOf = (node: string): string => (node.includes('=') ? node : `nsu=${SERVER_NAMESPACE};s=${node}`);

const pointOf = (key: string, every: number): SitePoint => ({
  id: `fridge-1.${key}`,
  key,
  device: 'fridge-1',
  area: 'vaccine',
  name: { zh: key, en: key },
  quantity: 'temperature',
  range: [-1e12, 1e12],
  every,
  rules: [],
});
