import { expect, test } from 'vitest';
import { DAY, SECOND } from '#model/time';
import { bytesPerDay, type DiskFacts, ofDisk } from './disk.ts';

const MIB = 2 ** 20;
const healthy: DiskFacts = {
  ...{ dir: '/data', freeBytes: 20_000 * MIB, level: 'ample', freeFiles: 900, files: 1000 },
  ...{ journalBytes: 1000 * MIB, bytesPerDay: 10 * MIB, keptDays: null, unwritable: null, syncTook: 5 },
};
const codes = (change: Partial<DiskFacts>) =>
  ofDisk({ ...healthy, ...change }).map(({ gravity, code }) => `${gravity} ${code}`);

test('a disk that lasts for years is no finding', () => {
  expect(codes({})).toEqual([]);
});

test('it is told in how many days the disk is full: half a year ahead, and as a fault in the last two weeks', () => {
  expect(codes({ freeBytes: 1790 * MIB })).toEqual(['warning disk-filling']);
  expect(codes({ freeBytes: 1800 * MIB })).toEqual([]);
  expect(codes({ freeBytes: 130 * MIB })).toEqual(['fault disk-filling']);
  expect(ofDisk({ ...healthy, freeBytes: 1234 * MIB })[0]?.what.en).toMatch(
    /about 123 days .*10\.0 MiB a day/,
  );
});

test('a journal whose oldest readings may go before the disk is full never fills it', () => {
  expect(codes({ freeBytes: 200 * MIB, keptDays: 110 })).toEqual([]);
  expect(codes({ freeBytes: 50 * MIB, keptDays: 110 })).toEqual(['fault disk-filling']);
});

test('the growth of less than a day says nothing', () => {
  expect(bytesPerDay(100 * MIB, DAY / 2)).toBeNull();
  expect(bytesPerDay(100 * MIB, 4 * DAY)).toBe(25 * MIB);
});

test('few files left, a slow disk and one that nobody may write to are told, with what to do', () => {
  expect(codes({ freeFiles: 49 })).toEqual(['warning disk-files']);
  expect(codes({ freeFiles: 0, files: 0 })).toEqual([]);
  expect(codes({ syncTook: SECOND })).toEqual(['warning disk-slow']);
  expect(ofDisk({ ...healthy, unwritable: 'EACCES', syncTook: null })[0]?.advice.en).toMatch(
    /as the user that runs/,
  );
  expect(codes({ unwritable: 'EIO', syncTook: null })).toEqual(['fault disk-unwritable']);
});
