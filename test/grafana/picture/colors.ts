/** Grafana's names for colours (packages/grafana-data/src/themes/createVisualizationColors.ts), on a white page. */
const HUES: Readonly<
  Record<string, readonly [dark: string, semi: string, plain: string, light: string, lightest: string]>
> = {
  red: ['#C4162A', '#E02F44', '#F2495C', '#FF7383', '#FFA6B0'],
  orange: ['#FA6400', '#FF780A', '#FF9830', '#FFB357', '#FFCB7D'],
  yellow: ['#E0B400', '#F2CC0C', '#FADE2A', '#FFEE52', '#FFF899'],
  green: ['#37872D', '#56A64B', '#73BF69', '#96D98D', '#C8F2C2'],
  blue: ['#1F60C4', '#3274D9', '#5794F2', '#8AB8FF', '#C0D8FF'],
  purple: ['#8F3BB8', '#A352CC', '#B877D9', '#CA95E5', '#DEB6F2'],
};

const SHADES = ['dark-', 'semi-dark-', '', 'light-', 'super-light-'];

const NAMED = new Map(
  Object.entries(HUES).flatMap(([hue, shades]) =>
    SHADES.map((prefix, index): [string, string] => [prefix + hue, shades[index] ?? '']),
  ),
);

/** For a page: a colour that has no name is written as it is. */
export const pageColor = (name: string): string =>
  NAMED.get(name) ?? (name === 'text' ? '#24292e' : name === 'transparent' ? 'none' : name);

/** Those of series that have none of their own, in Grafana's order. */
export const PALETTE = ['green', 'yellow', 'blue', 'orange', 'red', 'light-blue', 'purple', 'dark-green'];
