import { Type } from 'typebox';
import { unauthenticated } from '../http/access.ts';
import { isUnchanged, revisionTag } from '../http/conditional.ts';
import { sendJson, sendNothing } from '../http/json.ts';
import type { RevisionCache } from '../http/revision-cache.ts';
import { answers, instant } from '../http/schemas.ts';
import type { App } from '../http/types.ts';
import { findRevision, listCategories, listMeasures, listTags } from './queries.ts';

const lists = { categories: listCategories, tags: listTags, measures: listMeasures };

const used = Type.Object({ name: Type.String(), entries: Type.Integer(), last_at: instant });

/** The categories, tags and measures that a person has used, the most used first. */
export function vocabularyRoutes(app: App, { cache }: { cache: RevisionCache }): void {
  for (const [name, query] of Object.entries(lists)) {
    app.get(
      `/${name}`,
      {
        config: { access: 'entries:read' },
        schema: {
          summary: `The ${name} in use, and how often`,
          response: answers({ 200: Type.Object({ [name]: Type.Array(used) }) }),
        },
      },
      async (request, reply) => {
        const userId = request.account.user_id;
        const revision = (await findRevision(request.db, userId))?.revision;
        if (revision === undefined) throw unauthenticated();
        const tag = revisionTag(userId, revision);
        void reply.header('etag', tag);
        if (isUnchanged(request, tag)) return sendNothing(reply, 304);
        const compute = async () => `{"${name}":${(await query(request.db, userId)).list}}`;
        return sendJson(reply, await cache.get(userId, name, revision, compute));
      },
    );
  }
}
