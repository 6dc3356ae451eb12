import { judge } from './judge.ts';
import { subject } from './overload.trials.ts';

judge(subject);
