import { Document, isCollection, isMap, isSeq, visit, type YAMLMap } from 'yaml';
import type { Resident } from './hospital.ts';
import type { Scenario } from './scenario.ts';

/** The webhook of the simulator's own receiver, for scenarios that name one without an address. */
export interface Webhook {
  readonly url: string;
  readonly secret: string;
}

/** The site file by which a gateway watches these devices. It holds the simulator's passwords. */
export function writeSiteFile(scenario: Scenario, residents: readonly Resident[], webhook: Webhook): string {
  const { site, listen, areas, people, rotas, routes, channels, clients, influx } = scenario;
  const page = pageOf(listen);
  const document = new Document(
    {
      site,
      ...(listen && { listen }),
      ...(page !== undefined && { 'page-url': page }),
      areas,
      devices: residents.map(deviceOf),
      ...(people !== undefined && { people }),
      ...(channels && { channels: withWebhook(channels, webhook) }),
      ...(rotas !== undefined && { rotas }),
      ...(routes !== undefined && { routes }),
      ...(clients !== undefined && { clients }),
      ...(influx !== undefined && { influx }),
    },
    // A fleet's points are the same for each device, but aliases would hide which line a mistake is on.
    { aliasDuplicateObjects: false },
  );
  visit(document, {
    Map(_, map) {
      map.flow = isShort(map);
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Where the links in messages lead. A port that is only taken at the start is not known yet. */
const pageOf = (listen: Scenario['listen']): string | undefined =>
  listen?.http === undefined || listen.http.endsWith(':0') ? undefined : `http://${listen.http}`;

function deviceOf(resident: Resident): Record<string, unknown> {
  const { line: _line, unit: _unit, physics: _physics, ...spec } = resident.spec;
  switch (resident.protocol) {
    case 'modbus': {
      const { kind, host, port } = resident.line;
      return { ...spec, connect: `modbus-${kind}://${host}:${port}?unit=${resident.unit}` };
    }
    case 'opcua': {
      const { url, user, password, fingerprint } = resident.station;
      const security = { mode: 'SignAndEncrypt', user, password, server: fingerprint };
      return { ...spec, connect: url, security };
    }
    case 'mqtt':
      return { ...spec, login: { user: resident.logger.user, password: resident.logger.password } };
  }
}

const withWebhook = (channels: NonNullable<Scenario['channels']>, webhook: Webhook) =>
  Object.fromEntries(
    Object.entries(channels).map(([name, options]) =>
      name === 'webhook' && options['url'] === undefined
        ? [name, { ...options, ...webhook }]
        : [name, options],
    ),
  );

/** A point or a name: it holds values and at most a list of them, and reads best on one line. */
const isShort = (map: YAMLMap): boolean =>
  map.items.every(({ value }) => !isMap(value) && !(isSeq(value) && value.items.some(isCollection)));
