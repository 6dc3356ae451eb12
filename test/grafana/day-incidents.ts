import type { DeviceId } from '#model/point';
import type { Reading } from '#model/reading';

/** What goes wrong in the simulated day. `from` and `to` are minutes of it, `to` exclusive. */
export interface Incident {
  readonly device: DeviceId;
  readonly from: number;
  readonly to: number;
  readonly what:
    | 'nothing'
    | 'silent'
    | 'late'
    | 'door-open'
    | 'power-cut'
    | 'comm-timeout'
    | 'out-of-range'
    | 'calibration';
}

const minutes = (clock: string): number => {
  const [hours = 0, rest = 0] = clock.split(':').map(Number);
  return hours * 60 + rest;
};

const incident = (device: DeviceId, [from, to]: readonly [string, string], what: Incident['what']) => ({
  ...{ device, what },
  ...{ from: minutes(from), to: minutes(to) },
});

export const INCIDENTS: readonly Incident[] = [
  // No reading at all: a gap.
  incident('fridge-1', ['03:10', '04:25'], 'silent'),
  incident('waste-scale-1', ['00:00', '06:30'], 'silent'),
  // Readings that say that there was no value.
  incident('waste-cold-2', ['06:00', '07:00'], 'comm-timeout'),
  incident('sewage-outlet', ['09:00', '09:20'], 'calibration'),
  // Values that cannot be, of each device once: nobody is without an alarm.
  ...[
    ...['waste-cold-1', 'sewage-outlet', 'water-1', 'pool-1', 'box-1', 'waste-scale-1', 'tank-1', 'corridor'],
    ...['ultra-1', 'dioxide-1', 'plant-1'],
  ].map((device) => incident(device, ['18:00', '18:12'], 'out-of-range')),
  // Out of reach; what was measured comes at the end.
  incident('box-1', ['10:00', '12:00'], 'late'),
  // States change and limits are crossed.
  incident('fridge-1', ['14:00', '15:40'], 'door-open'),
  incident('freezer-1', ['16:00', '16:50'], 'power-cut'),
  // Twice, and nobody took the first: two occurrences of one rule stand.
  incident('fridge-2', ['19:00', '19:40'], 'door-open'),
  incident('fridge-2', ['21:30', '23:59'], 'door-open'),
];

/** The gateway itself was off: of nobody there is anything. */
const GATEWAY_OFF = { from: minutes('20:00'), to: minutes('20:25') };

const within = ({ from, to }: { readonly from: number; readonly to: number }, minute: number): boolean =>
  minute >= from && minute < to;

export function befalls(device: DeviceId, what: Incident['what'], minute: number): boolean {
  if (what === 'nothing') return within(GATEWAY_OFF, minute);
  return INCIDENTS.some(
    (incident) => incident.device === device && incident.what === what && within(incident, minute),
  );
}

/** How a reading comes out of the device's incidents of that minute; undefined: it does not come. */
export function suffered(reading: Reading, device: DeviceId, minute: number): Reading | undefined {
  const so = (what: Incident['what']) => befalls(device, what, minute);
  if (so('nothing') || so('silent')) return undefined;
  if (so('comm-timeout')) return { ...reading, value: null, quality: 'bad', reason: 'comm-timeout' };
  if (so('out-of-range')) return { ...reading, quality: 'bad', reason: 'out-of-range' };
  if (so('calibration')) return { ...reading, quality: 'uncertain', reason: 'calibration' };
  return reading;
}
