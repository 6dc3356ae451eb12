import { subject } from './gaps.trials.ts';
import { judge } from './judge.ts';

judge(subject);
