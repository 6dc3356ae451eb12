import type { FaultRule, LimitRule, SignalRule, Threshold } from '#model/rule';
import { isHigh } from '#model/standard';

/** Rules that compare a number with a limit. */
export type JudgedRule = LimitRule | FaultRule | SignalRule;

export const isJudged = (rule: { readonly kind: string }): rule is JudgedRule =>
  rule.kind !== 'no-data' && rule.kind !== 'condition';

/** What the rule's number is compared with. */
export function thresholdOf(rule: JudgedRule): Threshold {
  const none = { inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 };
  // A fault is so (1) or it is not (0).
  if (rule.kind === 'fault') return { ...none, limit: 0.5, onDelay: rule.after };
  if (rule.kind === 'frozen') return { ...none, limit: rule.after };
  // It fell by so much: the change is negative.
  if (rule.id === 'falling') return { ...rule, limit: -rule.limit };
  return rule;
}

/** 1 where more is worse, -1 where less is. */
export function signOf(rule: JudgedRule): 1 | -1 {
  if (rule.kind === 'limit') return isHigh(rule.id) ? 1 : -1;
  return rule.id === 'falling' || rule.id.endsWith('-low') ? -1 : 1;
}
