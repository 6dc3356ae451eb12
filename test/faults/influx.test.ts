import { subject } from './influx.trials.ts';
import { judge } from './judge.ts';

judge(subject);
