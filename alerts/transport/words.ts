import type { Message, Recipient } from '#model/channel';
import { cutToCharacters } from './cut.ts';

/** What a template of a provider may be filled with. Each is one line and never empty: providers refuse both. */
export type Words = {
  readonly subject: string;
  /** What of the subject had no room. */
  readonly more: string;
  /** What to do. */
  readonly advice: string;
  readonly link: string;
  readonly name: string;
  /** The same for every try. */
  readonly key: string;
};

/** `longest`: characters of one value. */
export function wordsOf(message: Message, to: Recipient, longest: number): Words {
  const { subject, alarms, event, link, key } = message;
  const [alarm] = alarms;
  const characters = [...subject[to.language]];
  const [first, rest] = [characters.slice(0, longest).join(''), characters.slice(longest).join('')];
  const advice = event === 'cleared' || alarms.length > 1 ? undefined : alarm?.rule.advice[to.language];
  const line = (text: string) => cutToCharacters(text.replaceAll(/\s+/g, ' ').trim(), longest) || '-';
  return {
    subject: line(first),
    more: line(rest),
    advice: line(advice ?? ''),
    // A cut address leads nowhere.
    link: link === null || link.length > longest ? '-' : link,
    name: line(to.name),
    key,
  };
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** The template with its placeholders filled in; what is none of them stays as it is: JSON has braces, too. */
export const fill = (
  template: string,
  values: Readonly<Record<string, string>>,
  guard: (value: string) => string = (value) => value,
): string =>
  template.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? whole : guard(value);
  });
