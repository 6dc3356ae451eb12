import type { Scope } from './scope.ts';

/** The field of alarms and events with such words in the reader's language. */
export const textField = (
  { language }: Scope,
  field: 'text' | 'worst_text' | 'limit_text' = 'text',
): string => (language === 'zh' ? field : `${field}_en`);
