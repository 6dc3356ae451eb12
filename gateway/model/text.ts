/** A name or sentence for people. Chinese is shown first; English by a switch. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

export type Language = keyof Text;
