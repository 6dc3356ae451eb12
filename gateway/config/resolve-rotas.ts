import type { Rota, Shift } from '#model/oncall';
import type { Text } from '#model/text';
import type { EpochMs } from '#model/time';
import { type RefuseUncallable, refuseStrangers } from './callable.ts';
import { checkCover } from './check-cover.ts';
import type { Path } from './mistakes.ts';
import type { RotaFile } from './people-file.ts';
import { dayNumber, minutesOf } from './schedule.ts';
import type { SiteFile } from './site-file.ts';
import { ms, refuseRepeats, type World } from './world.ts';

/** `timeZone`: of the site; by its clock substitutes begin and end. */
export function resolveRotas(file: SiteFile, world: World, timeZone: string): Rota[] {
  refuseSharedIds(file, world);
  const refuse = refuseStrangers(file, world);
  return file.rotas.map((rota, index) => {
    const path = ['rotas', index];
    const shifts = shiftsOf(rota);
    checkPeople(rota, path, refuse);
    checkDays(rota, path, world);
    checkSubstitutes(rota, path, world);
    const named = rota.shifts.map(({ id }, place) => ({ name: id, path: [...path, 'shifts', place, 'id'] }));
    refuseRepeats({ zh: '此排班的另一个班次', en: 'shift of this rota' }, named, world);
    checkCover(shifts, path, world);
    const moment = (text: string): EpochMs => momentOf(text, timeZone) ?? 0;
    return {
      id: rota.id,
      name: rota.name ?? rota.id,
      begins: rota.begins,
      shifts,
      overlap: ms(rota.overlap),
      substitutes: rota.substitutes.map((each) => ({
        ...each,
        from: moment(each.from),
        to: moment(each.to),
      })),
      holidays: rota.holidays,
    };
  });
}

/** In a route an id says who is meant: it is a person's or a rota's. */
function refuseSharedIds(file: SiteFile, world: World): void {
  const rotas = file.rotas.map(({ id }, index) => ({ name: id, path: ['rotas', index, 'id'] }));
  refuseRepeats({ zh: '另一个排班', en: 'rota' }, rotas, world);
  const people = new Set(file.people.map(({ id }) => id));
  for (const { name, path } of rotas) {
    if (!people.has(name)) continue;
    const message = { zh: `"${name}" 已用于一名人员`, en: `a person is called "${name}" already` };
    world.mistakes.add(path, message, { zh: '请换一个', en: 'choose another' });
  }
}

const shiftsOf = ({ shifts }: RotaFile): Shift[] =>
  shifts.map(({ id, name, days, from, to, weeks }) => ({
    ...{ id, name: name ?? id, weeks },
    // Every day is what the model means by leaving them out.
    ...(days.length < 7 && { days: days.map(dayNumber) }),
    ...{ from: minutesOf(from), to: minutesOf(to) },
  }));

function checkPeople(
  { shifts, holidays, substitutes }: RotaFile,
  path: Path,
  refuse: RefuseUncallable,
): void {
  shifts.forEach(({ weeks }, shift) => {
    weeks.forEach((week, number) => {
      week.forEach((id, place) => {
        refuse(id, [...path, 'shifts', shift, 'weeks', number, place]);
      });
    });
  });
  holidays.forEach(({ people }, number) => {
    people.forEach((id, place) => {
      refuse(id, [...path, 'holidays', number, 'people', place]);
    });
  });
  substitutes.forEach(({ by }, number) => {
    refuse(by, [...path, 'substitutes', number, 'by']);
  });
}

function checkDays({ begins, holidays }: RotaFile, path: Path, { mistakes }: World): void {
  const monday = dateOf(begins);
  if (monday === undefined) mistakes.add([...path, 'begins'], noDay(begins));
  else if (monday.dayOfWeek !== 1) {
    const before = monday.subtract({ days: monday.dayOfWeek - 1 });
    mistakes.add(
      [...path, 'begins'],
      { zh: `${begins} 不是星期一`, en: `${begins} is no Monday` },
      { zh: `那一周的星期一是 ${before}`, en: `the Monday of that week is ${before}` },
    );
  }
  const seen = new Set<string>();
  holidays.forEach(({ day }, index) => {
    const place = [...path, 'holidays', index, 'day'];
    if (dateOf(day) === undefined) mistakes.add(place, noDay(day));
    if (seen.has(day)) {
      const message = { zh: `${day} 写了两次`, en: `${day} stands here twice` };
      mistakes.add(place, message, {
        zh: '请把当天的人员写在一处',
        en: 'name all its people in one place',
      });
    }
    seen.add(day);
  });
}

function checkSubstitutes(
  { shifts, holidays, substitutes }: RotaFile,
  path: Path,
  { mistakes }: World,
): void {
  const standing = new Set([
    ...shifts.flatMap(({ weeks }) => weeks.flat()),
    ...holidays.flatMap(({ people }) => people),
    ...substitutes.map(({ by }) => by),
  ]);
  substitutes.forEach(({ from, to, person }, index) => {
    const place = [...path, 'substitutes', index];
    const [first, last] = [momentOf(from, 'UTC'), momentOf(to, 'UTC')];
    if (first === undefined) mistakes.add([...place, 'from'], noMoment(from));
    if (last === undefined) mistakes.add([...place, 'to'], noMoment(to));
    if (first !== undefined && last !== undefined && last <= first) {
      const message = { zh: '结束不晚于开始', en: 'ends before it begins' };
      mistakes.add([...place, 'to'], message, { zh: '请写更晚的时间', en: 'give a later time' });
    }
    if (!standing.has(person)) {
      const message = { zh: `${person} 不在此排班中值班`, en: `${person} stands no shift of this rota` };
      mistakes.add([...place, 'person'], message, { zh: '无须替班', en: 'nobody need stand in' });
    }
  });
}

const noDay = (day: string): Text => ({ zh: `没有 ${day} 这一天`, en: `there is no day ${day}` });

const noMoment = (moment: string): Text => ({
  zh: `没有这个日期和时间：${moment}`,
  en: `there is no such day and time: ${moment}`,
});

/** Undefined for a day that no calendar has. */
function dateOf(text: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}

function momentOf(text: string, timeZone: string): EpochMs | undefined {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}
