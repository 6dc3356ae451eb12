import type { Text } from '#model/text';

/** `fault`: something is not read, not kept or not told. `warning`: it will be, or it may be. */
export type Gravity = 'fault' | 'warning';

/** One thing that is wrong with a site, and what to do about it, in the words of people. */
export interface Finding {
  readonly gravity: Gravity;
  /** Stable, kebab: for programs, and for whoever looks it up. */
  readonly code: string;
  /** The disk, a device, a channel. */
  readonly about: Text;
  readonly what: Text;
  readonly advice: Text;
}

type Said = Omit<Finding, 'gravity'>;

export const fault = (said: Said): Finding => ({ gravity: 'fault', ...said });
export const warning = (said: Said): Finding => ({ gravity: 'warning', ...said });

/** A name that is the same in every language. */
export const verbatim = (name: string): Text => ({ zh: name, en: name });
