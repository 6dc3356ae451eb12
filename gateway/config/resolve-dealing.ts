import type { AlarmPolicy } from '#model/alarm';
import { USUAL_POLICY } from '#model/policy';
import type { Heartbeat, Maintenance, TestCall } from '#model/site';
import { SEVERITIES, type Severity } from '#model/standard';
import { type Ms, parseDuration } from '#model/time';
import type { HeartbeatFile, MaintenanceFile, PolicyFile, TestCallFile } from './dealing-file.ts';
import type { NamedPoints } from './named-points.ts';
import { dayNumber, minutesOf, spansOf } from './schedule.ts';
import { ms, type World } from './world.ts';

/** The site's own times over the usual ones. */
export function resolvePolicy(file: PolicyFile): AlarmPolicy {
  const lengths = <Length>(
    given: Partial<Record<Severity, string>>,
    usual: AlarmPolicy['acknowledgedFor'],
    read: (text: string) => Length,
  ) =>
    Object.fromEntries(
      SEVERITIES.map((severity) => {
        const text = given[severity];
        return [severity, text === undefined ? usual[severity] : read(text)];
      }),
    );
  return {
    acknowledgedFor: lengths(
      file['acknowledged-for'],
      USUAL_POLICY.acknowledgedFor,
      (text): Ms | null => parseDuration(text) ?? null,
    ) as AlarmPolicy['acknowledgedFor'],
    shelvedFor: lengths(file['shelved-for'], USUAL_POLICY.shelvedFor, ms) as AlarmPolicy['shelvedFor'],
    twoPersons: file['two-persons'] ?? USUAL_POLICY.twoPersons,
  };
}

export const resolveMaintenance = (files: readonly MaintenanceFile[], points: NamedPoints): Maintenance[] =>
  files.map((file, index) => ({
    points: points.all(file.points, ['maintenance', index, 'points']),
    during: spansOf(file.during),
    reason: file.reason,
  }));

export function resolveHeartbeat(file: HeartbeatFile | undefined, { mistakes }: World): Heartbeat | null {
  if (file === undefined) return null;
  const { every, url = null, mqtt } = file;
  if (url === null && mqtt === undefined) {
    const fix = { zh: '请写 url 或 mqtt，或两者都写', en: 'give url, or mqtt, or both' };
    mistakes.add(['heartbeat'], { zh: '没有写发往哪里', en: 'goes nowhere' }, fix);
  }
  if ((mqtt?.user === undefined) !== (mqtt?.password === undefined)) {
    const lacking = mqtt?.user === undefined ? 'user' : 'password';
    const message = { zh: 'user 和 password 须同时写', en: 'user and password belong together' };
    mistakes.add(['heartbeat', 'mqtt'], message, { zh: `请写 ${lacking}`, en: `give ${lacking}` });
  }
  const broker = mqtt && { ...mqtt, user: mqtt.user ?? null, password: mqtt.password ?? null };
  return { every: ms(every), url, mqtt: broker ?? null };
}

export const resolveTestCall = (file: TestCallFile | undefined): TestCall | null =>
  file === undefined
    ? null
    : {
        week: file.week,
        day: dayNumber(file.day),
        at: minutesOf(file.at),
        answerWithin: ms(file['answer-within']),
      };
