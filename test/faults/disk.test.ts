import { subject } from './disk.trials.ts';
import { judge } from './judge.ts';

judge(subject);
