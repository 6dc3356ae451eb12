import type { Reading } from '#model/reading';

/** 2025-11-22T00:00:00Z */
const BASE = 1_763_769_600_000;
const POINTS = 5;

/** The readings of a numbered message: always the same, no two messages share a (point, at), one in ten is late. */
export const messageReadings = (message: number): Reading[] =>
  Array.from({ length: POINTS }, (_, index) => {
    const late = message % 10 === 9 ? 7_200_000 : 0;
    const at = BASE + message * 1000 - late + (late === 0 ? 0 : 500);
    return { point: `device-${index}.temp`, at, value: message + index / 10, quality: 'good', reason: null };
  });
