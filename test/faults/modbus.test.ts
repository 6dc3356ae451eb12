import { judge } from './judge.ts';
import { subject } from './modbus.trials.ts';

judge(subject);
