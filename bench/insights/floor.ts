import { createServer, type Server } from 'node:http';
import { Pool, type ClientConfig } from 'pg';

/** "Mood by category" as it is written first: the mean of all entries, however many fall on one day. */
const statement = {
  name: 'naive',
  text: `select category, avg(mood)::float8 as mean, count(mood)::integer as entries from entries
         where user_id = $1 and deleted_at is null and mood is not null and local_day between $2 and $3
           and at >= $2::date - 2 and at < $3::date + 3
         group by category order by 3 desc`,
};

/** The least that answers with it: no token is looked at, nothing is validated. */
function serve({ connection, values }: { connection: ClientConfig; values: string[] }): Server {
  const pool = new Pool({ ...connection, max: 10 });
  return createServer((_request, response) => {
    pool.query({ ...statement, values }).then(
      ({ rows }) => response.end(JSON.stringify({ groups: rows })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}

process.once('message', (message: Parameters<typeof serve>[0]) => {
  const server = serve(message).listen(0, '127.0.0.1', () => process.send?.(server.address()));
});
