import { judge } from './judge.ts';
import { subject } from './loggers.trials.ts';

judge(subject);
