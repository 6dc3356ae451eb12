import { ANSWERS, PARTIAL } from './influx-answers.ts';
import { DRAIN } from './influx-drain.ts';
import { BEYOND, CONFLICT, DROPPED } from './influx-refusals.ts';
import { DNS, PEERS, WIRE } from './influx-servers.ts';
import type { Subject } from './trial.ts';

export const subject: Subject = {
  name: 'influx',
  trials: [...ANSWERS, PARTIAL, ...WIRE, DNS, ...PEERS, DROPPED, BEYOND, CONFLICT, DRAIN],
};
