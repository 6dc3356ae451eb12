import type { Scene } from './channel.ts';
import type { Text } from './text.ts';
import type { EpochMs, Ms } from './time.ts';

/** Sound and light on the spot, as people see it. */
export interface IndicatorState {
  /** The site's name for it. */
  readonly name: string;
  readonly title: Text;
  /** What it showed last; null before the first time. */
  readonly scene: Scene | null;
  /** What kept it from showing the scene, in words; null while it shows it. */
  readonly trouble: string | null;
  /** Until when its sound is off; null when it is not. A worse alarm ends it sooner. */
  readonly mutedUntil: EpochMs | null;
}

/** What the API sees of the site's indicators. What people do is journaled with their name. */
export interface Indicators {
  list(): readonly IndicatorState[];
  /** Throws `indicator-unknown`; `request-invalid` when the moment is past or too far. */
  mute(name: string, until: EpochMs, by: string): Promise<IndicatorState>;
  /** Everything on for that long; resolves when the scene is back. Throws `indicator-unknown`, `indicator-unreachable`. */
  test(name: string, length: Ms, by: string): Promise<IndicatorState>;
}
