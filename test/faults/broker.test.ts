import { subject } from './broker.trials.ts';
import { judge } from './judge.ts';

judge(subject);
