import type { AnswerSeries, Cell, Result } from './answer.ts';
import { type Epoch, timeText } from './epoch.ts';

/** Rows in one piece of the text: a millisecond or two. */
const PIECE = 1_000;

/** The answer as InfluxDB writes it, in pieces, so that a long one is not made at once. */
export function* answerText(results: readonly Result[], epoch: Epoch): Generator<string> {
  yield '{"results":[';
  for (const [index, result] of results.entries()) {
    yield `${index === 0 ? '' : ','}{"statement_id":${index}`;
    if ('error' in result) yield `,"error":${JSON.stringify(result.error)}`;
    else if (result.series.length > 0) yield* seriesText(result.series, epoch);
    yield '}';
  }
  yield ']}\n';
}

function* seriesText(all: readonly AnswerSeries[], epoch: Epoch): Generator<string> {
  yield ',"series":[';
  for (const [index, { values, ...head }] of all.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(head).slice(0, -1)},"values":[`;
    for (let from = 0; from < values.length; from += PIECE) {
      const rows = values.slice(from, from + PIECE).map((row) => rowText(row, epoch));
      yield `${from === 0 ? '' : ','}${rows.join(',')}`;
    }
    yield ']}';
  }
  yield ']';
}

const rowText = (row: readonly Cell[], epoch: Epoch): string =>
  `[${row.map((cell) => (typeof cell === 'object' && cell !== null ? timeText(cell, epoch) : JSON.stringify(cell))).join(',')}]`;
