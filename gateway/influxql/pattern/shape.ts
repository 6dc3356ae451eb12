/** A regular expression as it was read. */
export type Shape =
  | { readonly kind: 'one'; readonly takes: (code: number) => boolean; readonly literal: string | null }
  | { readonly kind: 'begin' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Shape[] }
  | { readonly kind: 'choice'; readonly options: readonly Shape[] }
  | { readonly kind: 'repeat'; readonly of: Shape; readonly least: number; readonly most: number | null };

export type Takes = (code: number) => boolean;
