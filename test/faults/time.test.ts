import { judge } from './judge.ts';
import { subject } from './time.trials.ts';

judge(subject);
