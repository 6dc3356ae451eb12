import { HygateError } from '#model/errors';
import { realClock } from '#model/time';
import { worstFirst } from '../../doctor/diagnosis.ts';
import { examine } from '../../doctor/examine.ts';
import { type Finding, verbatim } from '../../doctor/finding.ts';
import { badSiteFile } from '../../doctor/reach.ts';
import { RefusedFile } from '../../refused-file.ts';
import { examinationsOf } from './examinations.ts';
import { meet, type PatientOptions } from './patient.ts';

/** All that is wrong with a site, the worst first. Of a site file with mistakes: those, one each. */
export async function diagnose(options: PatientOptions): Promise<readonly Finding[]> {
  try {
    return worstFirst(await examine(examinationsOf(await meet(options)), realClock));
  } catch (error) {
    if (error instanceof RefusedFile) return error.sentences.map(badSiteFile);
    if (error instanceof HygateError)
      return error.message.split('\n').map((line) => badSiteFile(verbatim(line)));
    throw error;
  }
}
