import type { Scenario } from '../../firmware-sim/scenario.ts';

/*
 * Who is called in the simulated hospital, and what is known beforehand: as a site file says it.
 */

const person = (id: string, name: string) => ({ id, name, channels: ['webhook'] });
const shift = (id: string, [from, to]: [string, string], weeks: string[][]) => ({ id, from, to, weeks });

/** Devices whose instruments are calibrated every Wednesday afternoon. */
export const CALIBRATED = ['pool-1', 'sewage-outlet'] as const;

export const STAFF = {
  people: [
    person('li', '李工（设备科）'),
    person('chen', '陈工（设备科）'),
    person('zhang', '张护士（预防接种）'),
    person('liu', '刘护士（预防接种）'),
    person('wang', '王护士长'),
    person('qian', '钱工（水处理）'),
    person('zhou', '周工（水处理）'),
    person('sun', '孙医师（核医学科）'),
    person('zhao', '赵主任（总值班）'),
  ],
  rotas: [
    {
      ...{ id: 'engineer', begins: '2025-12-29', overlap: '15m' },
      shifts: [
        shift('day', ['08:00', '20:00'], [['li'], ['chen']]),
        shift('night', ['20:00', '08:00'], [['chen'], ['li']]),
      ],
    },
    {
      ...{ id: 'water', begins: '2025-12-29' },
      shifts: [shift('all-day', ['08:00', '08:00'], [['qian'], ['zhou']])],
    },
  ],
  routes: [
    {
      ...{
        areas: ['vaccine'],
        severities: ['warning', 'critical'],
        to: ['zhang', 'liu', 'engineer'],
        remind: '30m',
      },
      escalate: [
        { after: '10m', to: ['wang'] },
        { after: '20m', to: ['zhao'] },
      ],
    },
    {
      ...{
        areas: ['water', 'pool', 'sewage'],
        severities: ['warning', 'critical'],
        to: ['water'],
        remind: '1h',
      },
      escalate: [{ after: '15m', to: ['engineer'] }],
    },
    {
      ...{ areas: ['waste-store'], severities: ['warning', 'critical'], to: ['engineer'], remind: '1h' },
      escalate: [{ after: '20m', to: ['zhao'] }],
    },
    {
      ...{ areas: ['nuclear'], severities: ['warning', 'critical'], to: ['sun', 'engineer'], remind: '1h' },
      escalate: [{ after: '10m', to: ['zhao'] }],
    },
  ],
  maintenance: [
    { points: CALIBRATED, during: [{ days: ['wed'], from: '14:00', to: '15:00' }], reason: '每周校准' },
  ],
};

/** A device that is silent is silent in all of its points: one of them tells it. */
export const explanations = ({ devices }: Scenario, keysOf: (device: string) => readonly string[]) =>
  devices.flatMap(({ id }) => {
    const [first, ...others] = keysOf(id).map((key) => `${id}.${key}`);
    if (first === undefined || others.length === 0) return [];
    return [{ 'by-kinds': ['no-data'], by: first, points: others, kinds: ['no-data'] }];
  });
