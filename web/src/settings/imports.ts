import { api, notReached, tell, type Problem } from '../api/client.ts';
import type { Import } from '../api/types.ts';

const pollMs = 400;
const isOver = ({ state }: Import) => state !== 'queued' && state !== 'running';

/** Sends a file to be imported, or looked at (`dryRun`); `moods` says what foreign names of moods mean. */
export async function sendFile(
  file: File,
  dryRun: boolean,
  moods: Record<string, number>,
): Promise<{ id: string } | { problem: string }> {
  const query = new URLSearchParams({ format: 'auto', dry_run: String(dryRun) });
  const map = Object.entries(moods).map(([name, mood]) => `${name}:${mood}`);
  if (map.length > 0) query.set('mood_map', map.join(','));
  try {
    // Not through the typed client: the body is bytes.
    const response = await fetch(`/api/v1/imports?${query.toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
    const answer = (await response.json()) as { id: string } & Problem;
    return response.ok ? { id: answer.id } : { problem: tell(answer) };
  } catch {
    return { problem: tell({ status: notReached }) };
  }
}

/** Follows an import until it is over; tells how far it is. */
export async function follow(id: string, told: (state: Import) => void): Promise<Import | null> {
  for (;;) {
    const { data, response } = await api.GET('/api/v1/imports/{id}', { params: { path: { id } } });
    if (data === undefined && response.status !== notReached && response.status < 500) return null;
    if (data !== undefined) told(data);
    if (data !== undefined && isOver(data)) return data;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
