import { readdir, readFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { HygateError } from '#model/errors';
import { FAULTS, type FaultName } from './faults/fault.ts';
import { expandFleet, fleetSchema } from './fleet.ts';
import { MODEL_NAMES } from './physics/models.ts';

const closed = { additionalProperties: false } as const;
const name = Type.Union([Type.String(), Type.Object({ zh: Type.String(), en: Type.String() }, closed)]);
const duration = Type.String({ pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' });
/** Parts that go into the site file as they are; the gateway's own check judges them. */
const verbatim = Type.Unknown();

const device = Type.Object(
  {
    id: Type.String(),
    name: Type.Optional(name),
    area: Type.String(),
    driver: Type.String(),
    every: Type.Optional(duration),
    limits: Type.Optional(verbatim),
    traits: Type.Optional(verbatim),
    points: Type.Optional(Type.Array(Type.Unknown())),
    acquire: Type.Optional(Type.Union([Type.Literal('subscribe'), Type.Literal('poll')])),
    sampling: Type.Optional(duration),
    /** Devices with the same line share one RTU-over-TCP bus; without one, each has a Modbus TCP port of its own. */
    line: Type.Optional(Type.String()),
    unit: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    /** The model, where the driver's points do not tell it. */
    physics: Type.Optional(Type.Enum([...MODEL_NAMES, 'pattern'])),
  },
  closed,
);

const fault = Type.Object(
  {
    /** Left out: every device that the fault can befall. */
    device: Type.Optional(Type.String()),
    fault: Type.Enum(Object.keys(FAULTS) as FaultName[]),
    at: duration,
    /** Left out: for ever. */
    for: Type.Optional(duration),
    point: Type.Optional(Type.String()),
    delay: Type.Optional(duration),
    code: Type.Optional(Type.Integer({ minimum: 1, maximum: 255 })),
    rate: Type.Optional(Type.Number()),
    offset: Type.Optional(Type.String()),
  },
  closed,
);

const scenarioSchema = Type.Object(
  {
    site: Type.Object({ id: Type.String(), name, region: Type.Optional(Type.Array(Type.String())) }, closed),
    listen: Type.Optional(
      Type.Object({ mqtt: Type.Optional(Type.String()), http: Type.Optional(Type.String()) }, closed),
    ),
    /** Hour of the simulated day at the start: the same course whenever it is started. */
    starts: Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 24 })),
    /** Simulated time between two steps of the physics. */
    step: Type.Optional(duration),
    areas: Type.Array(Type.Object({ id: Type.String(), name, kind: Type.String() }, closed)),
    devices: Type.Array(device),
    fleet: Type.Optional(fleetSchema),
    faults: Type.Optional(Type.Array(fault)),
    people: Type.Optional(verbatim),
    routes: Type.Optional(verbatim),
    channels: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))),
    clients: Type.Optional(verbatim),
    influx: Type.Optional(verbatim),
  },
  closed,
);

export type Scenario = Static<typeof scenarioSchema>;
export type ScenarioDevice = Static<typeof device>;
export type ScenarioFault = Static<typeof fault>;

const folder = new URL('./scenarios/', import.meta.url);

/** The scenarios that come with the simulator. */
export async function scenarioNames(): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

export async function loadScenario(scenarioName: string): Promise<Scenario> {
  const names = await scenarioNames();
  if (!names.includes(scenarioName)) {
    throw new HygateError(
      'config-unreadable',
      `there is no scenario "${scenarioName}"; choose one of ${names.join(', ')}`,
    );
  }
  return parseScenario(await readFile(new URL(`${scenarioName}.yaml`, folder), 'utf8'));
}

/** Reads a scenario and puts its fleet among its devices. Throws `config-invalid`, naming the first mistake. */
export function parseScenario(text: string): Scenario {
  const read: unknown = parse(text);
  if (!Value.Check(scenarioSchema, read)) {
    const [first] = Value.Errors(scenarioSchema, read);
    const wrong = first?.keyword === 'boolean' ? 'is not a key of a scenario' : first?.message;
    throw new HygateError(
      'config-invalid',
      `the scenario has a mistake at ${first?.instancePath || 'its top'}: ${wrong ?? 'unknown'}`,
    );
  }
  const { fleet, ...scenario } = read;
  return fleet === undefined
    ? scenario
    : { ...scenario, devices: [...scenario.devices, ...expandFleet(fleet)] };
}
