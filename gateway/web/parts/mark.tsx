import type { JSX } from 'preact';
import type { PointState } from '../state/point-state.ts';

/** States differ by shape, not by colour alone. */
const SHAPES: Readonly<Record<PointState, JSX.Element>> = {
  normal: <circle cx="8" cy="8" r="3" fill="currentColor" />,
  notice: <path d="M8 2l6 6-6 6-6-6z" fill="currentColor" />,
  warning: (
    <>
      <path d="M8 1.500 15 14H1z" fill="currentColor" />
      <path d="M8 6v4M8 11.800v.4" class="cut" />
    </>
  ),
  critical: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
      <path d="M8 4v5M8 11.600v.4" class="cut" />
    </>
  ),
  uncertain: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M6.300 6.300a1.700 1.700 0 1 1 2.400 1.500c-.5.3-.7.6-.7 1.200M8 11.300v.2" class="stroke" />
    </>
  ),
  bad: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M4 12 12 4" class="stroke" />
    </>
  ),
  stale: (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M8 4.500V8l2.500 1.500" class="stroke" />
    </>
  ),
  'out-of-service': (
    <>
      <circle cx="8" cy="8" r="6" class="stroke" />
      <path d="M6.300 5.500v5M9.700 5.500v5" class="stroke" />
    </>
  ),
  none: <path d="M4 8h8" class="stroke" />,
};

export function Mark({ state }: { state: PointState }) {
  return (
    <svg class={`mark ${state}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}
