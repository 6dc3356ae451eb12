import { setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import { SetAside } from '../../gateway/forward/influx/set-aside.ts';
import { ForwardRig, v2Target } from '../kit/forward-rig.ts';
import { until } from '../kit/until.ts';
import { asideIn, BEFORE, play } from './influx-play.ts';
import { type Answer, InfluxStore, isReading, type Mood, status } from './influx-store.ts';
import type { FaultTrial, TrialContext } from './trial.ts';

interface StoreTrial {
  readonly name: string;
  readonly injected: string;
  /** Given anew for each trial. */
  readonly mood: (context: TrialContext) => Mood;
  /** How the mood ends: after so many requests, or after this time. */
  readonly requests?: number;
  readonly influx?: object;
}

/** A trial against the scripted server, for answers that no real one gives on demand. */
function storeTrial({ name, injected, mood, requests = 3, influx = {} }: StoreTrial): FaultTrial {
  return {
    name,
    async run(context) {
      const store = new InfluxStore();
      await store.start();
      const rig = await ForwardRig.open({
        dir: context.dir,
        influx: v2Target(store.url, { batch: 500, ...influx }),
      });
      let met = 0;
      try {
        const result = await play({
          rig,
          look: async () => rig.judge(store.rows()),
          async fault(duringFault) {
            const first = store.requests;
            store.mood = mood(context);
            await duringFault();
            const wanted = context.short ? 1 : requests;
            await until('the fault was met', () => store.requests >= first + wanted);
            store.mood = () => null;
            met = store.requests - first;
          },
        });
        const disordered = store.disordered();
        if (disordered > 0) throw new Error(`${disordered} points came out of order`);
        if (asideIn(rig) > 0) throw new Error(`${asideIn(rig)} good lines were set aside`);
        return { ...result, injected: `${injected}, ${met} requests` };
      } finally {
        await rig.stop();
        await store.stop();
      }
    },
  };
}

const always =
  (answer: Answer): (() => Mood) =>
  () =>
  () =>
    answer;

const json = (code: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  status(code, { 'content-type': 'application/json', ...headers }, JSON.stringify({ code: 'x', message }));

const answered = (name: string, answer: Answer): FaultTrial =>
  storeTrial({ name: `answers ${name}`, injected: 'every write', mood: always(answer) });

const inASecond = (): string => new Date(Date.now() + 1000).toUTCString();

export const ANSWERS: readonly FaultTrial[] = [
  answered('400 to everything', json(400, 'unable to parse')),
  answered('401', json(401, 'unauthorized access')),
  answered('403', json(403, 'forbidden')),
  answered('404', json(404, 'bucket "b" not found')),
  answered('422 to everything', json(422, 'unprocessable entity')),
  answered('429, Retry-After in seconds', json(429, 'too many requests', { 'retry-after': '1' })),
  answered('429, Retry-After as a date', (response) => status(429, { 'retry-after': inASecond() })(response)),
  answered('500', json(500, 'internal error')),
  answered('503', json(503, 'unavailable')),
  answered('503 with Retry-After', json(503, 'unavailable', { 'retry-after': '1' })),
  answered('200 with a log-in page', status(200, { 'content-type': 'text/html' }, '<html>')),
  storeTrial({
    name: 'answers 413 above 100 lines',
    injected: 'requests of 500',
    mood: () => (lines) => (lines.length > 100 ? status(413) : null),
  }),
  storeTrial({
    name: 'hangs: accepts, never answers',
    injected: 'time-out 0.3 s',
    influx: { timeout: '300ms' },
    mood: always(() => undefined),
  }),
  storeTrial({
    name: 'slow: 2 ms a line, time-out 0.5 s',
    injected: 'requests of 500 would take 1 s',
    requests: 8,
    influx: { timeout: '500ms' },
    mood: () => (lines) => (lines.length > 250 ? () => undefined : null),
  }),
  storeTrial({
    name: 'cut in the middle of the answer',
    injected: 'of each answer half came',
    mood: always((response) => {
      response.writeHead(500, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    }),
  }),
];

/** Good and bad lines mixed: the server stores the good ones, as InfluxDB does, and those that are bad change. */
export const PARTIAL: FaultTrial = {
  name: 'partial writes with holes in the middle',
  async run({ dir, seed }) {
    const store = new InfluxStore();
    await store.start();
    const rig = await ForwardRig.open({ dir, influx: v2Target(store.url, { batch: 500 }) });
    // By the line's own milliseconds: the same lines are bad however often they come.
    const isBad = (line: string) => isReading(line) && (Number(line.slice(-12, -6)) * 31 + seed) % 11 === 0;
    store.mood = (lines) => {
      const bad = lines.filter(isBad).length;
      if (bad === 0) return null;
      store.lines.push(...lines.filter((line) => !isBad(line)));
      return json(400, `partial write: unable to parse ${bad} lines`);
    };
    try {
      await rig.append(BEFORE);
      await rig.startForwarding();
      const aside = new SetAside(setAsidePath(rig.dataDir));
      const kept = () => aside.lines(0, 1e6, null).map(({ line }) => line);
      await until(
        'every line is stored or set aside',
        () => new Set([...store.lines.filter(isReading), ...kept()]).size === rig.written.length,
      );
      const [lines, stored] = [kept(), rig.judge(store.rows())];
      aside.close();
      const good = lines.filter((line) => !isBad(line)).length;
      if (good > 0) throw new Error(`${good} good lines were set aside`);
      const injected = `${lines.length} of ${rig.written.length} lines bad`;
      const lost = stored.lost - lines.length;
      return {
        injected,
        wrong: stored.wrong,
        lost,
        disturbance: null,
        recovery: null,
        judged: rig.written.length,
      };
    } finally {
      await rig.stop();
      await store.stop();
    }
  },
};
