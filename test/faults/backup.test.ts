import { subject } from './backup.trials.ts';
import { judge } from './judge.ts';

judge(subject);
