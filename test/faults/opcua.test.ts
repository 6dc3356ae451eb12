import { judge } from './judge.ts';
import { subject } from './opcua.trials.ts';

judge(subject);
