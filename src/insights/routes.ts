import { validationFailed } from '../http/problem.ts';
import { answers } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { breakdown } from './breakdown.ts';
import { calendar } from './calendar.ts';
import { effects } from './effects.ts';
import { findFirstDay, onThisDay } from './on-this-day.ts';
import { mostDays, mostTestedDays, resolveRange, type AskedRange } from './range.ts';
import { sendReport, sendTestedReport, type ReportParts } from './report.ts';
import {
  breakdownQuery,
  breakdownSchema,
  calendarQuery,
  calendarSchema,
  effectsSchema,
  onThisDayQuery,
  onThisDaySchema,
  rangeQuery,
  seriesQuery,
  seriesSchema,
  shiftsSchema,
  summarySchema,
} from './schemas.ts';
import { series } from './series.ts';
import { sharedWork } from './shared-work.ts';
import { shifts } from './shifts.ts';
import { summary } from './summary.ts';
import type { StatisticsThread } from './thread/statistics-thread.ts';

const config = { access: 'insights:read' } as const;

type InsightParts = Omit<ReportParts, 'work'> & { statistics: StatisticsThread };

/** What a diary tells in figures. */
export function insightRoutes(app: App, parts: InsightParts): void {
  const { cache, db, replica, statistics: thread } = parts;
  const reports = { cache, work: sharedWork(), db, replica };

  app.get(
    '/insights/summary',
    {
      config,
      schema: {
        summary: 'A range of days in figures: mean, spread, streak, and the change against the days before',
        querystring: rangeQuery,
        response: answers({ 200: summarySchema }),
      },
    },
    (request, reply) =>
      sendReport(request, reply, reports, async (diary, sql) => {
        const range = resolveRange(request.query, diary, mostDays);
        return JSON.stringify(await summary(sql, request.account.user_id, range, diary.today));
      }),
  );

  app.get(
    '/insights/series',
    {
      config,
      schema: {
        summary: 'Mood by day, week or month',
        querystring: seriesQuery,
        response: answers({ 200: seriesSchema }),
      },
    },
    (request, reply) =>
      sendReport(request, reply, reports, async (diary, sql) => {
        const { bucket = 'day', ...asked } = request.query;
        const range = resolveRange(asked, diary, mostDays);
        return JSON.stringify(await series(sql, request.account.user_id, range, bucket));
      }),
  );

  app.get(
    '/insights/calendar',
    {
      config,
      schema: {
        summary: 'The days that have an entry',
        querystring: calendarQuery,
        response: answers({ 200: calendarSchema }),
      },
    },
    (request, reply) =>
      sendReport(request, reply, reports, async (diary, sql) => {
        const range = resolveRange(daysOfYear(request.query), diary, mostDays);
        return JSON.stringify(await calendar(sql, request.account.user_id, range));
      }),
  );

  app.get(
    '/insights/breakdown',
    {
      config,
      schema: {
        summary: 'Mood by category, tag, weekday or hour',
        querystring: breakdownQuery,
        response: answers({ 200: breakdownSchema }),
      },
    },
    (request, reply) =>
      sendReport(request, reply, reports, async (diary, sql) => {
        const { by = 'category', ...asked } = request.query;
        const range = resolveRange(asked, diary, mostDays);
        return JSON.stringify(await breakdown(sql, request.account.user_id, range, by));
      }),
  );

  app.get(
    '/insights/effects',
    {
      config,
      schema: {
        summary: 'What goes with better and worse days, and how sure that is',
        querystring: rangeQuery,
        response: answers({ 200: effectsSchema }),
      },
    },
    (request, reply) =>
      sendTestedReport(request, reply, reports, async (diary, sql, stop) => {
        const range = resolveRange(request.query, diary, mostTestedDays);
        return effects(sql, request.account.user_id, range, thread, stop);
      }),
  );

  app.get(
    '/insights/shifts',
    {
      config,
      schema: {
        summary: 'The days on which the level of the mood changed',
        querystring: rangeQuery,
        response: answers({ 200: shiftsSchema }),
      },
    },
    (request, reply) =>
      sendTestedReport(request, reply, reports, async (diary, sql, stop) => {
        const range = resolveRange(request.query, diary, mostTestedDays);
        return shifts(sql, request.account.user_id, range, thread, stop);
      }),
  );

  app.get(
    '/insights/on-this-day',
    {
      // What it answers is entries, with all their words.
      config: { access: 'entries:read' },
      schema: {
        summary: 'The entries of this month and day in earlier years',
        querystring: onThisDayQuery,
        response: answers({ 200: onThisDaySchema }),
      },
    },
    (request, reply) =>
      sendReport(request, reply, reports, async (diary, sql) => {
        const userId = request.account.user_id;
        const { day = diary.today, from, to = day, weighting } = request.query;
        const began = (await findFirstDay(sql, userId))?.day ?? to;
        const asked = { from: from ?? (began < to ? began : to), to, weighting };
        return onThisDay(sql, userId, resolveRange(asked, diary, mostDays), day);
      }),
  );
}

function daysOfYear({ year, ...asked }: AskedRange & { year?: number | undefined }): AskedRange {
  if (year === undefined) return asked;
  if (asked.from !== undefined || asked.to !== undefined) {
    throw validationFailed([{ pointer: '?year', detail: 'stands instead of from and to, not beside them' }]);
  }
  const written = String(year).padStart(4, '0');
  return { ...asked, from: `${written}-01-01`, to: `${written}-12-31` };
}
