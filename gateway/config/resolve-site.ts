import { GATEWAY_DEVICE } from '#model/condition';
import type { InfluxTarget, Listen, Site } from '#model/site';
import { checkHeard } from './check-heard.ts';
import { checkLines } from './check-lines.ts';
import { checkPorts } from './check-ports.ts';
import { checkWitnesses } from './check-witnesses.ts';
import type { Conforming } from './conform.ts';
import type { Path } from './mistakes.ts';
import { NamedPoints } from './named-points.ts';
import { suggest } from './nearest.ts';
import { resolveChannels } from './resolve-channels.ts';
import { resolveHeartbeat, resolveMaintenance, resolvePolicy, resolveTestCall } from './resolve-dealing.ts';
import { resolveDevice } from './resolve-device.ts';
import { resolvePeople } from './resolve-people.ts';
import { textOf } from './resolve-points.ts';
import { resolveProxies } from './resolve-proxies.ts';
import { resolveRetention } from './resolve-retention.ts';
import { resolveRotas } from './resolve-rotas.ts';
import { resolveRoutes } from './resolve-routes.ts';
import { resolveSuppressions } from './resolve-suppressions.ts';
import { resolveTimeZone } from './resolve-time.ts';
import type { InfluxFile, SiteFile } from './site-file.ts';
import { ms, noArea, refuseRepeats, type World } from './world.ts';

/** The site as it runs. It is whole only when no mistake was noted on the way. */
export function resolveSite(file: SiteFile, world: World, conforming: Conforming): Site {
  checkIds(file, world);
  const timeZone = resolveTimeZone(file.site['time-zone'], world);
  const placed = file.devices.flatMap((device, index) => {
    const path = ['devices', index];
    const resolved = resolveDevice(device, path, timeZone, world);
    return resolved === undefined ? [] : [{ device: resolved, path }];
  });
  checkLines(placed, world);
  const devices = placed.map(({ device }) => device);
  const points = new NamedPoints(
    devices,
    file.devices.map(({ id }) => id),
    world,
  );
  const site: Site = {
    id: file.site.id,
    name: textOf(file.site.name),
    region: file.site.region,
    ...listeners(file, world),
    trustedProxies: resolveProxies(file, world),
    areas: file.areas.map((area) => ({ ...area, name: textOf(area.name) })),
    devices,
    channels: resolveChannels(file, world, conforming),
    people: resolvePeople(file, world),
    rotas: resolveRotas(file, world, timeZone),
    routes: resolveRoutes(file, world),
    clients: file.clients,
    influx: file.influx === undefined ? null : influxOf(file.influx),
    retention: resolveRetention(file.retention, world),
    timeZone,
    pageUrl: file['page-url']?.replace(/\/+$/, '') ?? null,
    policy: resolvePolicy(file.policy),
    suppressions: resolveSuppressions(file.suppress, devices, points, world),
    maintenance: resolveMaintenance(file.maintenance, points),
    heartbeat: resolveHeartbeat(file.heartbeat, world),
    testCall: resolveTestCall(file['test-call']),
  };
  checkHeard(site, world);
  checkPorts(placed, site.channels, world);
  checkWitnesses(site, world);
  return site;
}

function checkIds(file: SiteFile, world: World): void {
  const areas = new Set(file.areas.map(({ id }) => id));
  const inOrder = (list: 'areas' | 'devices') =>
    file[list].map(({ id }, index) => ({ name: id, path: [list, index, 'id'] }));
  refuseRepeats({ zh: '另一个区域', en: 'area' }, inOrder('areas'), world);
  refuseRepeats({ zh: '另一台设备', en: 'device' }, inOrder('devices'), world);
  file.devices.forEach(({ id, area }, index) => {
    if (id === GATEWAY_DEVICE) {
      const message = { zh: `"${id}" 代表网关本身`, en: `"${id}" stands for the gateway itself` };
      world.mistakes.add(['devices', index, 'id'], message, { zh: '请换一个', en: 'choose another' });
    }
    if (areas.has(area)) return;
    world.mistakes.add(['devices', index, 'area'], noArea(area), suggest(area, areas));
  });
  refuseRepeats({ zh: '另一个 MQTT 登录名', en: 'MQTT login' }, logins(file), world);
}

/** Names by which devices and other programs log in to the broker. */
function logins(file: SiteFile): { name: string; path: Path }[] {
  const ofDevices = file.devices.flatMap((device, index) => {
    if (!('login' in device)) return [];
    const { user } = device.login;
    return [{ name: user ?? device.id, path: ['devices', index, user === undefined ? 'id' : 'login'] }];
  });
  const ofClients = file.clients.map(({ user }, index) => ({ name: user, path: ['clients', index, 'user'] }));
  return [...ofDevices, ...ofClients];
}

function listeners({ listen }: SiteFile, world: World): { mqtt: Listen; http: Listen } {
  const mqtt = listenOf(listen.mqtt, ['listen', 'mqtt'], world);
  const http = listenOf(listen.http, ['listen', 'http'], world);
  if (mqtt.port === http.port && mqtt.port !== 0 && mqtt.host === http.host) {
    world.mistakes.add(
      ['listen', 'http'],
      { zh: `端口 ${http.port} 已由 MQTT 服务使用`, en: `port ${http.port} is the broker’s already` },
      { zh: '请换一个端口', en: 'choose another port' },
    );
  }
  return { mqtt, http };
}

function listenOf(address: string, path: Path, { mistakes }: World): Listen {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  if (port > 65_535) {
    mistakes.add(
      path,
      { zh: `端口 ${port} 不存在`, en: `port ${port} does not exist` },
      { zh: '端口是 0 到 65535 的数', en: 'a port is a number from 0 to 65535' },
    );
  }
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}

function influxOf({ url, batch, timeout, ...api }: InfluxFile): InfluxTarget {
  return {
    url,
    batch,
    timeout: ms(timeout),
    api: 'token' in api ? { version: 'v2', ...api } : { version: 'v1', ...api },
  };
}
