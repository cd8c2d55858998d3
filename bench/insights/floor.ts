import { createServer, type Server } from 'node:http';
import { Pool, type ClientConfig } from 'pg';
import type { Sql } from '../../src/db/sql.ts';
import { revisionCache } from '../../src/http/revision-cache.ts';
import { breakdown } from '../../src/insights/breakdown.ts';
import { numberOfDay } from '../../src/insights/calendar-day.ts';
import { findDiary, type Diary } from '../../src/insights/diary.ts';
import { resolveRange } from '../../src/insights/range.ts';

/** "Mood by category" as it is written first: the mean of all entries, however many fall on one day. */
const naive = {
  name: 'naive',
  text: `select category, avg(mood)::float8 as mean, count(mood)::integer as entries from entries
         where user_id = $1 and deleted_at is null and mood is not null and local_day between $2 and $3
           and at >= $2::date - 2 and at < $3::date + 3
         group by category order by 3 desc`,
};

interface Asked {
  connection: ClientConfig;
  user: string;
  from: string;
  to: string;
}

/** The least that answers: no token is looked at, nothing is validated. At `/remembered` as Daymark does it, else naively. */
function serve({ connection, user, from, to }: Asked): Server {
  const pool = new Pool({ ...connection, max: 10 });
  const sql: Sql = {
    query: async ({ name, text }, values) => {
      const { rows, rowCount } = await pool.query({ name, text, values: [...values] });
      return { rows: rows as never[], count: rowCount ?? 0 };
    },
  };
  const cache = revisionCache();
  const remembered = async () => {
    const diary = (await findDiary(sql, user)) as Diary;
    return cache.get(user, 'by category', diary.revision, async () => {
      const range = resolveRange({ from, to }, diary, numberOfDay(to));
      return JSON.stringify(await breakdown(sql, user, range, 'category'));
    });
  };
  const asWritten = async () => {
    const { rows } = await pool.query({ ...naive, values: [user, from, to] });
    return JSON.stringify({ groups: rows });
  };
  return createServer(({ url }, response) => {
    const answer = url === '/remembered' ? remembered() : asWritten();
    answer.then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}

process.once('message', (message: Asked) => {
  const server = serve(message).listen(0, '127.0.0.1', () => process.send?.(server.address()));
});
