/** The colours of a plot, out of the style sheet, as a canvas knows no variables. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly band: string;
  readonly bandEdge: string;
  readonly gap: string;
  readonly surface: string;
  readonly critical: string;
  readonly warning: string;
  readonly notice: string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    muted: colour('muted'),
    line: colour('line'),
    accent: colour('accent'),
    band: colour('band'),
    bandEdge: colour('band-edge'),
    gap: colour('gap'),
    surface: colour('surface'),
    critical: colour('critical'),
    warning: colour('warning'),
    notice: colour('notice'),
  };
}
