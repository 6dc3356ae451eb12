import { readdir, readFile } from 'node:fs/promises';
import { Check, Errors, type XStatic } from 'typebox/schema';
import { parse } from 'yaml';
import { HygateError } from '#model/errors';
import { FAULTS, type FaultName } from './faults/fault.ts';
import { expandFleet, fleetSchema } from './fleet.ts';
import { MODEL_NAMES } from './physics/models.ts';
import { anything, closed, integer, list, name, number, oneOf, text } from './schema.ts';

const duration = { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' } as const;
/** Parts that go into the site file as they are; the gateway's own check judges them. */
const verbatim = anything;

const device = closed(
  { id: text, area: text, driver: text },
  {
    name,
    every: duration,
    limits: verbatim,
    traits: verbatim,
    points: list(anything),
    acquire: oneOf(['subscribe', 'poll']),
    sampling: duration,
    /** Devices with the same line share one RTU-over-TCP bus; without one, each has a Modbus TCP port of its own. */
    line: text,
    unit: integer({ minimum: 0, maximum: 255 }),
    /** The model, where the driver's points do not tell it. */
    physics: oneOf([...MODEL_NAMES, 'pattern']),
  },
);

const fault = closed(
  { fault: oneOf(Object.keys(FAULTS) as FaultName[]), at: duration },
  {
    /** Left out: every device that the fault can befall. */
    device: text,
    /** Left out: for ever. */
    for: duration,
    point: text,
    delay: duration,
    code: integer({ minimum: 1, maximum: 255 }),
    rate: number,
    offset: text,
  },
);

const scenarioSchema = closed(
  {
    site: closed({ id: text, name }, { region: list(text) }),
    areas: list(closed({ id: text, name, kind: text })),
    devices: list(device),
  },
  {
    listen: closed({}, { mqtt: text, http: text }),
    /** Hour of the simulated day at the start: the same course whenever it is started. */
    starts: { type: 'number', minimum: 0, exclusiveMaximum: 24 },
    /** Simulated time between two steps of the physics. */
    step: duration,
    fleet: fleetSchema,
    faults: list(fault),
    people: verbatim,
    rotas: verbatim,
    routes: verbatim,
    channels: { type: 'object', additionalProperties: { type: 'object', additionalProperties: anything } },
    clients: verbatim,
    influx: verbatim,
  },
);

export type Scenario = XStatic<typeof scenarioSchema>;
export type ScenarioDevice = XStatic<typeof device>;
export type ScenarioFault = XStatic<typeof fault>;

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
  if (!Check(scenarioSchema, read)) {
    const [, [first]] = Errors(scenarioSchema, read);
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
