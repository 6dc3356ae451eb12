import type { Scope } from './scope.ts';

/** The field of alarms and events with the words in the reader's language. */
export const textField = ({ language }: Scope): string => (language === 'zh' ? 'text' : 'text_en');
