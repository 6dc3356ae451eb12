import { subject } from './journal.trials.ts';
import { judge } from './judge.ts';

judge(subject);
