import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const dashboard = new URL('../../docs/monitoring/grafana-dashboard.json', import.meta.url);

test('no panel of the dashboard lies over another', () => {
  interface Panel {
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
  }
  const { panels } = JSON.parse(readFileSync(dashboard, 'utf8')) as {
    panels: Panel[];
  };
  expect(panels.length).toBeGreaterThan(10);
  const owners = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(owners.get(`${x} ${y}`), title).toBeUndefined();
        owners.set(`${x} ${y}`, title);
      }
    }
  }
});
