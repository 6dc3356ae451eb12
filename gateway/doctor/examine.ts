import type { Text } from '#model/text';
import type { Clock, Ms } from '#model/time';
import { type Finding, warning } from './finding.ts';

/** A look at one side of a site. */
export interface Examination {
  readonly about: Text;
  /** Longest time; what takes longer is a finding. */
  readonly within: Ms;
  run(): Promise<readonly Finding[]>;
}

/** All of them at once, each in its own time. Never rejects: an examination that fails is a finding, too. */
export async function examine(examinations: readonly Examination[], clock: Clock): Promise<Finding[]> {
  const findings = await Promise.all(examinations.map((examination) => bounded(examination, clock)));
  return findings.flat();
}

async function bounded(examination: Examination, clock: Clock): Promise<readonly Finding[]> {
  const late = Promise.withResolvers<never>();
  const timer = clock.after(examination.within, () =>
    late.reject(new Error(`it took longer than ${examination.within / 1000} s`)),
  );
  try {
    return await Promise.race([started(examination), late.promise]);
  } catch (error) {
    return [unexamined(examination.about, error)];
  } finally {
    timer.cancel();
  }
}

/** What it throws at once is a rejection like any other. */
const started = async (examination: Examination) => examination.run();

function unexamined(about: Text, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  return warning({
    code: 'not-examined',
    about,
    what: { zh: `无法检查（${why}）`, en: `could not be examined (${why})` },
    advice: {
      zh: '请稍后重试；若需读取数据目录，请用运行网关的用户执行',
      en: 'Try again; where the data folder must be read, run this as the user that runs the gateway',
    },
  });
}
