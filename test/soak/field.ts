import type { FieldFault, SoakedDevice } from './schedule.ts';

/*
 * Ten times a hospital. A hospital is 300 points read every 10 s: 30 readings a second. Here: 300 a second, most of them
 * by Modbus with the counting pattern that shows a wrong value, the others by OPC UA and from loggers.
 */

const POINTS = 10;
const registers = Array.from(
  { length: POINTS },
  (_, address) =>
    `{ key: r${address}, name: R${address}, quantity: number, table: holding, address: ${address}, type: uint16, range: [0, 65535] }`,
).join(', ');

const polled = (id: string, wire: string): string =>
  `  - { id: ${id}, name: ${id}, area: hall, driver: modbus, every: 1s, physics: pattern, points: [${registers}]${wire} }`;

const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);

const TCP = numbered(18, 'tcp');
/** Three to a line: one dead unit is its neighbours' business, too. */
const RTU = numbered(6, 'rtu');
const LOGGERS = numbered(4, 'box');
const OPCUA = ['opcua-fridge', 'opcua-freezer'];

/** The devices whose values are of the counting pattern, in their order in the scenario. */
export const PATTERNED: readonly string[] = [...TCP, ...RTU];

export const SOAKED: readonly SoakedDevice[] = [
  ...TCP.map((id) => ({ id, kind: 'tcp' }) as const),
  ...RTU.map((id) => ({ id, kind: 'rtu' }) as const),
  ...OPCUA.map((id) => ({ id, kind: 'opcua' }) as const),
  ...LOGGERS.map((id) => ({ id, kind: 'logger' }) as const),
];

/** The devices of a scenario, as YAML. */
export function fieldScenario(faults: readonly FieldFault[]): string {
  const rtu = (index: number) => `, line: bus-${Math.floor(index / 3) + 1}, unit: ${(index % 3) + 1}`;
  return [
    'devices:',
    ...TCP.map((id) => polled(id, '')),
    ...RTU.map((id, index) => polled(id, rtu(index))),
    ...OPCUA.map((driver, index) => {
      const acquire = index === 0 ? 'acquire: subscribe, sampling: 500ms' : 'acquire: poll';
      return `  - { id: ${driver}, name: ${driver}, area: hall, driver: ${driver}, every: 1s, ${acquire} }`;
    }),
    ...LOGGERS.map((id) => `  - { id: ${id}, name: ${id}, area: hall, driver: mqtt-logger, every: 1s }`),
    'faults:',
    ...faults.map(
      ({ device, fault, at, lasts }) =>
        `  - { device: ${device}, fault: ${fault}, at: ${at}ms, for: ${lasts}ms }`,
    ),
  ].join('\n');
}
